// strays.hpp: values that no planned cell holds
#pragma once

#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "sketch/sketch.hpp"

namespace mix1d::sketch {

// Values that lie in no planned cell, in cells that are made as they come: as wide as the nearest planned
// one, or an eighth of the way to it, and finer near the ends of all values.
class Strays {
 public:
  // Planned cells, ascending.
  Strays(const std::vector<Leaf>& planned, const Ends& ends);

  void add(double x, double w);

  void hand_over(std::vector<Cell>& out);

 private:
  static constexpr size_t MANY = 16384;

  int level_at(double x) const;

  struct Key {
    int level;
    int64_t index;
    bool operator==(const Key&) const = default;
  };
  struct Hash {
    size_t operator()(const Key& k) const {
      return (static_cast<uint64_t>(k.index) * 0x9e3779b97f4a7c15u) ^ static_cast<uint64_t>(k.level);
    }
  };
  const std::vector<Leaf>* planned_;
  std::vector<double> left_;  // where they begin
  Ends ends_;
  std::unordered_map<Key, size_t, Hash> places_;
  std::vector<Cell> cells_, settled_;
};

}  // namespace mix1d::sketch
