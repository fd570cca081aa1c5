// bindings.cpp: nanobind; flat functions, arrays in, arrays out, no C++ class exposed
#include <exception>
#include <new>
#include <string>

#include "bind/arrays.hpp"
#include "data/failure.hpp"
#include "kernels/kernels.hpp"

namespace mix1d::bind {

using namespace kernels;
using namespace data;

void bind_arrow(nb::module_& m);
void bind_batch(nb::module_& m);
void bind_bootstrap(nb::module_& m);
void bind_data(nb::module_& m);
void bind_distribution(nb::module_& m);
void bind_families(nb::module_& m);
void bind_fit(nb::module_& m);
void bind_goodness(nb::module_& m);
void bind_intervals(nb::module_& m);
void bind_laws(nb::module_& m);
void bind_npmle(nb::module_& m);
void bind_observations(nb::module_& m);
void bind_order(nb::module_& m);
void bind_random(nb::module_& m);
void bind_recordings(nb::module_& m);
void bind_sketch(nb::module_& m);
void bind_steps(nb::module_& m);

namespace {

Out map(void (*f)(const double*, double*, size_t), In x) {
  Out out = make_array(x.shape(0));
  nb::gil_scoped_release release;
  f(x.data(), out.data(), x.shape(0));
  return out;
}

nb::dict build_info() {
  nb::dict info;
  info["version"] = MIX1D_VERSION;
#if defined(__clang__)
  info["compiler"] = "clang " __clang_version__;
#else
  info["compiler"] = "gcc " __VERSION__;
#endif
  info["isa"] = loops().isa;
  info["isas"] = runnable_isas();
  info["lanes"] = 8;
  return info;
}

// What the core throws, as exceptions of mix1d; those of nanobind itself never come here.
void translate(const std::exception_ptr& thrown, void*) {
  const char *kind = "InternalError", *reason = "an unknown exception";
  std::string words;
  try {
    std::rethrow_exception(thrown);
  } catch (const std::bad_alloc&) {
    PyErr_SetString(PyExc_MemoryError, "mix1d ran out of memory");
    return;
  } catch (const Refused& refused) {
    kind = "InputError";
    words = refused.what();
  } catch (const std::exception& error) {
    reason = error.what();
  } catch (...) {
  }
  if (words.empty())
    words = std::string("a fault of mix1d (") + reason + "): please report it together with the data";
  PyObject* errors = PyImport_ImportModule("mix1d.errors");
  if (!errors) return;
  PyObject* type = PyObject_GetAttrString(errors, kind);
  Py_DECREF(errors);
  if (!type) return;
  PyErr_SetString(type, words.c_str());
  Py_DECREF(type);
}

}  // namespace

}  // namespace mix1d::bind

NB_MODULE(_core, m) {
  using namespace mix1d::bind;
  using mix1d::kernels::loops;
  nanobind::register_exception_translator(translate, nullptr);
  m.def("build_info", &build_info);
  m.def("exp", [](In x) { return map(loops().exp, x); }, nanobind::arg("x"));
  m.def("log", [](In x) { return map(loops().log, x); }, nanobind::arg("x"));
  m.def("erfcx", [](In x) { return map(loops().erfcx, x); }, nanobind::arg("x"));
  bind_arrow(m);
  bind_batch(m);
  bind_bootstrap(m);
  bind_data(m);
  bind_distribution(m);
  bind_families(m);
  bind_fit(m);
  bind_goodness(m);
  bind_intervals(m);
  bind_laws(m);
  bind_npmle(m);
  bind_observations(m);
  bind_order(m);
  bind_random(m);
  bind_recordings(m);
  bind_sketch(m);
  bind_steps(m);
}
