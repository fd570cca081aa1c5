// arrow.cpp: formats of Arrow's columns
#include "data/arrow.hpp"

namespace mix1d::data {

int arrow_kind(const ArrowSchema& schema) {
  if (schema.dictionary || schema.format[0] == 0 || schema.format[1] != 0) return -1;
  switch (schema.format[0]) {
    case 'c':
      return kI1;
    case 's':
      return kI2;
    case 'i':
      return kI4;
    case 'l':
      return kI8;
    case 'C':
      return kU1;
    case 'S':
      return kU2;
    case 'I':
      return kU4;
    case 'L':
      return kU8;
    case 'e':
      return kF2;
    case 'f':
      return kF4;
    case 'g':
      return kF8;
    default:
      return -1;
  }
}

}  // namespace mix1d::data
