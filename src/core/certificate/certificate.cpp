// certificate.cpp: the best mixture of narrowest components against the fit
#include "certificate/certificate.hpp"

#include <algorithm>
#include <cmath>

#include "certificate/npmle.hpp"
#include "kernels/kernels.hpp"
#include "kernels/numbers.hpp"
#include "model/compress.hpp"
#include "model/frame.hpp"
#include "model/objective.hpp"

namespace mix1d::certificate {

using namespace kernels;
using namespace model;

namespace {

// A few thousand nodes that stand for many values, where their cells are fine enough for the kernel.
Points stand_in(const Points& p) {
  constexpr size_t MANY = 4000;
  constexpr double CELLS_A_UNIT = 8.0, FEWEST = 700.0, MOST = 1400.0;
  const double wanted = CELLS_A_UNIT * (p.x[p.n - 1] - p.x[0]);
  if (p.n <= MANY || !(wanted <= MOST)) return {};
  const Compressed c = compress(p, static_cast<size_t>(std::max(wanted, FEWEST)));
  return Points(c.values.data(), c.weights.data(), c.values.size());
}

// The likelihood with a share p of the mixture given to one further component.
struct Addition {
  double gain = 0.0, share = 0.0;
};

// The best share, where l((1 - p) f + p phi) - l(f), which is concave in p, has its maximum: Newton steps on
// its slope, kept inside by bisection. `c` holds w / f in the scale of the curve.
Addition best_addition(const Points& points, const Curve& curve, double mean) {
  const auto [begin, end] = window_at(curve.t, curve.n, mean);
  const size_t n = end - begin;
  const double outside = points.cumulative[begin] + (points.total - points.cumulative[end]);
  std::vector<double> excess(n), logs(n);  // phi / f - 1
  for (size_t i = 0; i < n; ++i) {
    const double z = curve.t[begin + i] - mean;
    excess[i] = -0.5 * z * z;
  }
  loops().exp(excess.data(), excess.data(), n);
  const double* w = points.w.data() + begin;
  for (size_t i = 0; i < n; ++i) excess[i] = curve.c[begin + i] / w[i] * excess[i] - 1.0;
  double low = 0.0, high = 1.0, p = 0.0;
  for (int step = 0; step < 100; ++step) {
    auto part = [&](size_t i) { return excess[i] / (1.0 + p * excess[i]); };
    const double rest = 1.0 / (1.0 - p);
    const double slope = in_lanes(n, [&](size_t i) { return w[i] * part(i); }) - outside * rest;
    const double bend =
        in_lanes(n, [&](size_t i) { return w[i] * part(i) * part(i); }) + outside * rest * rest;
    if (step == 0 && !(slope > 0.0)) return {};
    (slope > 0.0 ? low : high) = p;
    double next = p + slope / bend;
    // the slope falls like 1 / p from a steep start, along which Newton steps only double p
    if (!(next > low && next < high) || next < 0.25 * high) next = 0.5 * (low + high);
    const bool settled = std::fabs(next - p) <= 1e-12 * next;
    p = next;
    if (settled) break;
  }
  for (size_t i = 0; i < n; ++i) excess[i] = 1.0 + p * excess[i];
  loops().log(excess.data(), logs.data(), n);
  return {in_lanes(n, [&](size_t i) { return w[i] * logs[i]; }) + outside * log1(1.0 - p), p};
}

}  // namespace

Certificate certify(const CertificateRequest& r, const Mix& fit) {
  constexpr double TOLERANCE = 1e-7, RELATIVE = 1e-10;  // of D, in nats
  constexpr size_t PARALLEL = 4000;                     // fewer values are not worth a thread
  const Frame frame = frame_of(r.values, r.weights, r.n);
  const double unit = frame.in_scale(r.min_sd);
  std::vector<double> t(r.n);
  for (size_t i = 0; i < r.n; ++i) t[i] = frame.in(r.values[i]) / unit;
  const Points points(t.data(), r.weights, r.n);
  const double tol = TOLERANCE + RELATIVE * points.total;
  const size_t threads = r.n > PARALLEL ? r.threads : 1;
  if (r.poll) r.poll->total = 30.0;  // about as many iterations as it takes

  Certificate out;
  const Points nodes = stand_in(points);
  Npmle best(nodes.n ? nodes : points);
  best.solve(tol, r.max_iter, threads, r.poll);
  if (nodes.n) {
    const size_t before = best.iterations();
    best = Npmle(points, best.atoms());
    best.solve(tol, r.max_iter, threads, r.poll);
    out.iterations = before;
  }
  out.iterations += best.iterations();
  out.largest = best.largest();
  for (const Atom& atom : best.atoms()) {
    out.weights.push_back(atom.weight);
    out.means.push_back(frame.out(atom.at * unit));
  }

  Mix scaled(fit.k);
  for (size_t j = 0; j < fit.k; ++j) {
    scaled.weight(j) = fit.weight(j);
    scaled.mean(j) = frame.in(fit.mean(j)) / unit;
    scaled.sd(j) = frame.in_scale(fit.sd(j)) / unit;
  }
  const Prepared prepared(scaled, true);
  std::vector<double> work(std::max(3 * fit.k * BLOCK, points.padded)), log_fit(points.padded), log_best(r.n),
      mass(r.n);
  loops().log_density(points.x.data(), points.padded, prepared.components, work.data(), log_fit.data());
  loops().log(best.density_at_points().data(), log_best.data(), r.n);
  out.gain =
      in_lanes(r.n, [&](size_t i) { return r.weights[i] * (log_best[i] - LOG_SQRT_2PI - log_fit[i]); });

  constexpr double LARGEST_LOG = 600.0;
  for (size_t i = 0; i < r.n; ++i) mass[i] = std::min(-log_fit[i] - LOG_SQRT_2PI, LARGEST_LOG);
  loops().exp(mass.data(), mass.data(), r.n);
  for (size_t i = 0; i < r.n; ++i) mass[i] *= r.weights[i];
  const Curve curve(r.n, points.x.data(), mass.data());
  constexpr double FEWEST = 64.0, MOST = 2048.0, A_UNIT = 8.0;
  const double range = t.back() - t.front();
  const size_t cells = static_cast<size_t>(std::clamp(A_UNIT * range, FEWEST, MOST));
  auto excess_at = [&](double mean) { return taylor_at(curve, mean).value / points.total - 1.0; };
  for (size_t i = 0; i <= cells; ++i) {
    const double mean = t.front() + range * (static_cast<double>(i) / static_cast<double>(cells));
    out.grid.push_back(frame.out(mean * unit));
    out.excess.push_back(excess_at(mean));
  }
  for (const Summit& summit : summits_of(curve, threads, r.poll)) {
    const Addition addition = best_addition(points, curve, summit.at);
    if (!(addition.gain > out.at_gain)) continue;
    out.at = frame.out(summit.at * unit);
    out.at_gain = addition.gain;
    out.at_weight = addition.share;
  }
  return out;
}

}  // namespace mix1d::certificate
