// criteria.cpp: the deviance, and what its parameters cost
#include "search/criteria.hpp"

#include "kernels/numbers.hpp"

namespace mix1d::search {

using namespace kernels;
using namespace model;

double Criteria::of(Criterion criterion) const {
  return criterion == Criterion::aic ? aic : criterion == Criterion::icl ? icl : bic;
}

Criteria criteria_of(const Chart& chart, size_t k, double log_likelihood, double entropy, double total,
                     size_t undetermined) {
  Criteria c;
  c.n_parameters = chart.n_parameters(k) - undetermined;
  const double deviance = -2.0 * log_likelihood, parameters = static_cast<double>(c.n_parameters);
  c.aic = deviance + 2.0 * parameters;
  c.bic = deviance + parameters * log1(total);
  c.icl = c.bic + 2.0 * entropy;
  return c;
}

}  // namespace mix1d::search
