// sample.cpp: the rows of a long column, put into the data's own units
#include "model/sample.hpp"

#include "kernels/kernels.hpp"

namespace mix1d::model {

size_t Rows::read(size_t begin, size_t count, double* x, double* w) const {
  const double* from = data->block(begin, count, x);
  for (size_t i = 0; i < count; ++i) x[i] = (from[i] * outer - centre) * inner;
  if (from != x)  // what comes next is on its way while these rows are at work
    for (size_t i = 0; i < count; i += LANES) __builtin_prefetch(from + count + i);
  if (space == families::Space::logit)
    for (size_t i = 0; i < count; ++i) x[i] = x[i] / (1.0 - x[i]);
  if (space == families::Space::logit || space == families::Space::log) kernels::loops().log(x, x, count);
  if (weights)
    weights->read(begin, count, w);
  else
    std::fill_n(w, count, 1.0);
  const size_t padded = (count + LANES - 1) / LANES * LANES;
  for (size_t i = count; i < padded; ++i) x[i] = 0.0, w[i] = 0.0;
  return padded;
}

}  // namespace mix1d::model
