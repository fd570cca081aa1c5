// directional_derivative.cpp: its Taylor polynomials, summits and bounds
#include "certificate/directional_derivative.hpp"

#include <algorithm>
#include <cmath>

#include "data/parallel.hpp"
#include "kernels/kernels.hpp"

namespace mix1d::certificate {

using namespace kernels;
using namespace data;
using namespace model;

namespace {

constexpr double KERNEL_REACH = 12.0;  // beyond it exp(-z^2 / 2) is below 1e-31
constexpr double SCAN_STEP = 0.25;

// No value of g within `radius` of the point is larger.
double bound_near(const Curve& curve, const Taylor& at, double radius) {
  auto cubic = [&](double d) {
    return at.value + d * (at.first + d * (0.5 * at.second + d * (at.third / 6.0)));
  };
  double top = std::max({at.value, cubic(-radius), cubic(radius)});
  const double half = 0.5 * at.third, root = at.second * at.second - 4.0 * half * at.first;
  if (root >= 0.0) {  // stationary points, by the form that keeps its digits
    const double q = -0.5 * (at.second + std::copysign(std::sqrt(root), at.second));
    for (double d : {q / half, at.first / q})
      if (std::fabs(d) < radius) top = std::max(top, cubic(d));
  }
  double edge[2] = {0.5 * KERNEL_REACH * radius, -0.25 * (KERNEL_REACH - radius) * (KERNEL_REACH - radius)};
  loops().exp(edge, edge, 2);
  const double rest =
      3.75 / 24.0 * radius * radius * radius * radius * (at.envelope * edge[0] + curve.total * edge[1]);
  return top + rest + curve.total * edge[1] * edge[1];
}

struct Piece {
  double from, to;
  size_t cells;
};

// The means that can carry the supremum, cut into cells no longer than `step`.
std::vector<Piece> pieces_of(const Curve& curve, double step) {
  std::vector<Piece> pieces;
  const double *t = curve.t, low = t[0], high = t[curve.n - 1];
  for (size_t begin = 0; begin < curve.n;) {
    size_t end = begin + 1;
    while (end < curve.n && t[end] - t[end - 1] <= 2.0) ++end;
    const double from = std::max(low, t[begin] - 1.0), to = std::min(high, t[end - 1] + 1.0);
    pieces.push_back({from, to, std::max<size_t>(1, static_cast<size_t>(std::ceil((to - from) / step)))});
    begin = end;
  }
  return pieces;
}

// A short piece of the means.
struct Stretch {
  double centre, radius;
};

std::vector<Stretch> stretches_of(const Curve& curve, double step) {
  std::vector<Stretch> stretches;
  for (const Piece& piece : pieces_of(curve, step)) {
    const double width = (piece.to - piece.from) / static_cast<double>(piece.cells);
    for (size_t i = 0; i < piece.cells; ++i)
      stretches.push_back({piece.from + (static_cast<double>(i) + 0.5) * width, 0.5 * width});
  }
  return stretches;
}

// The maximum between two means where g rises and falls, by Newton steps kept inside by bisection.
Summit climb(const Curve& curve, double low, double high) {
  double m = 0.5 * (low + high);
  Taylor here = taylor_at(curve, m);
  for (int step = 0; step < 60; ++step) {
    (here.first > 0.0 ? low : high) = m;
    double next = here.second < 0.0 ? m - here.first / here.second : high;
    if (!(next > low && next < high)) next = 0.5 * (low + high);
    const double change = std::fabs(next - m);
    m = next;
    here = taylor_at(curve, m);
    if (change < 1e-9 || !(next > low && next < high)) break;
  }
  return {m, here.value};
}

constexpr size_t STRETCHES_A_SLICE = 64;

bool asked_to_go_on(const Poll* poll) {
  return !poll || !poll->stop || !poll->stop(poll->context, poll->done, poll->total);
}

}  // namespace

Window window_at(const double* t, size_t n, double mean) {
  const double* begin = std::lower_bound(t, t + n, mean - KERNEL_REACH);
  return {static_cast<size_t>(begin - t),
          static_cast<size_t>(std::upper_bound(begin, t + n, mean + KERNEL_REACH) - t)};
}

Taylor taylor_at(const Curve& curve, double mean) {
  const auto [begin, end] = window_at(curve.t, curve.n, mean);
  double acc[5][LANES] = {}, z[BLOCK], c[BLOCK], e[BLOCK];
  for (size_t at = begin; at < end; at += BLOCK) {
    const size_t count = std::min(BLOCK, end - at), padded = (count + LANES - 1) / LANES * LANES;
    for (size_t i = 0; i < count; ++i) z[i] = curve.t[at + i] - mean, c[i] = curve.c[at + i];
    for (size_t i = count; i < padded; ++i) z[i] = c[i] = 0.0;
    for (size_t i = 0; i < padded; ++i) e[i] = -0.25 * z[i] * z[i];
    loops().exp(e, e, padded);
    for (size_t i = 0; i < padded; i += LANES)
      for (size_t l = 0; l < LANES; ++l) {
        const double root = c[i + l] * e[i + l], q = root * e[i + l], u = z[i + l], u2 = u * u;
        acc[0][l] += q;
        acc[1][l] += q * u;
        acc[2][l] += q * (u2 - 1.0);
        acc[3][l] += q * u * (u2 - 3.0);
        acc[4][l] += root;
      }
  }
  return {sum_lanes(acc[0]), sum_lanes(acc[1]), sum_lanes(acc[2]), sum_lanes(acc[3]), sum_lanes(acc[4])};
}

std::vector<Summit> summits_of(const Curve& curve, size_t threads, const Poll* poll) {
  const std::vector<Stretch> stretches = stretches_of(curve, SCAN_STEP);
  const size_t slices = (stretches.size() + STRETCHES_A_SLICE - 1) / STRETCHES_A_SLICE;
  std::vector<std::vector<Summit>> found(slices);
  const bool complete = for_each_slice(
      slices, threads,
      [&](size_t s) {
        const size_t end = std::min(stretches.size(), (s + 1) * STRETCHES_A_SLICE);
        double last = 0.0, slope = 0.0;
        for (size_t i = s * STRETCHES_A_SLICE; i < end; ++i) {
          const double low = stretches[i].centre - stretches[i].radius,
                       high = stretches[i].centre + stretches[i].radius;
          const double left = i > s * STRETCHES_A_SLICE && low - last < 1e-3 * stretches[i].radius
                                  ? slope
                                  : taylor_at(curve, low).first;
          slope = taylor_at(curve, last = high).first;
          if (left >= 0.0 && slope <= 0.0) found[s].push_back(climb(curve, low, high));
        }
      },
      [&] { return asked_to_go_on(poll); });
  if (!complete) throw Interrupted();
  std::vector<Summit> all;
  for (const auto& part : found) all.insert(all.end(), part.begin(), part.end());
  return all;
}

Supremum supremum_of(const Curve& curve, Summit seen, double slack, size_t threads, const Poll* poll) {
  constexpr double FINEST = 0x1p-24;
  const std::vector<Stretch> stretches = stretches_of(curve, SCAN_STEP);
  const size_t slices = (stretches.size() + STRETCHES_A_SLICE - 1) / STRETCHES_A_SLICE;
  std::vector<Supremum> found(slices);
  const bool complete = for_each_slice(
      slices, threads,
      [&](size_t s) {
        const auto begin = stretches.begin() + static_cast<long>(s * STRETCHES_A_SLICE);
        std::vector<Stretch> open(
            begin,
            begin + static_cast<long>(std::min(STRETCHES_A_SLICE, stretches.size() - s * STRETCHES_A_SLICE)));
        Supremum mine{0.0, seen};
        while (!open.empty()) {
          const Stretch here = open.back();
          open.pop_back();
          const Taylor at = taylor_at(curve, here.centre);
          if (at.value > mine.seen.value) mine.seen = {here.centre, at.value};
          const double bound = bound_near(curve, at, here.radius);
          if (bound <= mine.seen.value + slack || here.radius < FINEST) {
            mine.bound = std::max(mine.bound, bound);
            continue;
          }
          const double half = 0.5 * here.radius;
          open.push_back({here.centre - half, half});
          open.push_back({here.centre + half, half});
        }
        found[s] = mine;
      },
      [&] { return asked_to_go_on(poll); });
  if (!complete) throw Interrupted();
  Supremum all{0.0, seen};
  for (const Supremum& part : found) {
    all.bound = std::max(all.bound, part.bound);
    if (part.seen.value > all.seen.value) all.seen = part.seen;
  }
  return all;
}

}  // namespace mix1d::certificate
