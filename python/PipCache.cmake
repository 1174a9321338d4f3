# What CMake presets say in a checkout, for `pip install .`: loaded before the
# first project() call. The environment (CXX, CC, MLIR_DIR, CMAKE_ARGS) wins.
if(NOT DEFINED ENV{CXX} AND NOT DEFINED ENV{CC})
  find_program(LF_CLANGXX clang++-22)
  find_program(LF_CLANG clang-22)
  if(LF_CLANGXX AND LF_CLANG)
    set(CMAKE_C_COMPILER "${LF_CLANG}" CACHE FILEPATH "")
    set(CMAKE_CXX_COMPILER "${LF_CLANGXX}" CACHE FILEPATH "")
  endif()
endif()
if(NOT DEFINED ENV{MLIR_DIR} AND EXISTS /usr/lib/llvm-22/lib/cmake/mlir)
  set(MLIR_DIR /usr/lib/llvm-22/lib/cmake/mlir CACHE PATH "")
endif()
