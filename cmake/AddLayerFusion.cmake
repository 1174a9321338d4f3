# How the targets of this project are made: one helper for a library, one for a
# tool, one for what is installed. All libraries see the same include paths,
# warnings and flags through the interface target LFOptions.

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_C_COMPILER_LAUNCHER "${CCACHE_PROGRAM}")
  set(CMAKE_CXX_COMPILER_LAUNCHER "${CCACHE_PROGRAM}")
endif()

set(CMAKE_CXX_STANDARD 17)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

add_library(LFOptions INTERFACE)
# LLVM's headers are system headers: their warnings are not ours to mend.
target_include_directories(LFOptions SYSTEM INTERFACE
  ${LLVM_INCLUDE_DIRS} ${MLIR_INCLUDE_DIRS})
target_include_directories(LFOptions INTERFACE
  "$<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>"
  "$<BUILD_INTERFACE:${PROJECT_BINARY_DIR}/include>"
  "$<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>")
separate_arguments(LF_LLVM_DEFINITIONS NATIVE_COMMAND "${LLVM_DEFINITIONS}")
target_compile_definitions(LFOptions INTERFACE ${LF_LLVM_DEFINITIONS})
target_compile_features(LFOptions INTERFACE cxx_std_17)
# Only for building: a client chooses its own warnings.
target_compile_options(LFOptions INTERFACE
  "$<BUILD_INTERFACE:-Wall;-Wextra;-Wno-unused-parameter>"
  "$<$<BOOL:${LAYERFUSION_WERROR}>:$<BUILD_INTERFACE:-Werror>>")
install(TARGETS LFOptions EXPORT LayerFusionTargets)

# lf_add_library(name SOURCES file... [DEPENDS target...] [LINK_LIBS lib...])
#
# A static library of this project, linked against the shared libMLIR and
# libLLVM (never against MLIR's static archives: two copies of MLIR's globals in
# one process break type ids) and installed for clients as LayerFusion::name.
function(lf_add_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPENDS;LINK_LIBS" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  add_library(LayerFusion::${name} ALIAS ${name})
  target_link_libraries(${name} PUBLIC LFOptions ${ARG_LINK_LIBS} MLIR LLVM)
  target_compile_options(${name} PRIVATE $<$<NOT:$<BOOL:${LLVM_ENABLE_EH}>>:-fno-exceptions>)
  if(ARG_DEPENDS)
    add_dependencies(${name} ${ARG_DEPENDS})
  endif()
  install(TARGETS ${name} EXPORT LayerFusionTargets
    ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
endfunction()

# lf_add_tool(name SOURCES file... LINK_LIBS lib...)
function(lf_add_tool name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK_LIBS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE LFOptions ${ARG_LINK_LIBS} MLIR LLVM)
  set_target_properties(${name} PROPERTIES
    RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/bin"
    INSTALL_RPATH "${LLVM_LIBRARY_DIR}")
  install(TARGETS ${name} EXPORT LayerFusionTargets
    RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endfunction()

# Installs the headers and the CMake package, so that another project can write
# find_package(LayerFusion) and link LayerFusion::LFDialect.
function(lf_install_package)
  include(CMakePackageConfigHelpers)
  install(DIRECTORY "${PROJECT_SOURCE_DIR}/include/" "${PROJECT_BINARY_DIR}/include/"
    DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
    FILES_MATCHING PATTERN "*.h" PATTERN "*.td" PATTERN "*.inc"
    PATTERN "CMakeFiles" EXCLUDE)
  configure_package_config_file(
    "${PROJECT_SOURCE_DIR}/cmake/LayerFusionConfig.cmake.in"
    "${PROJECT_BINARY_DIR}/LayerFusionConfig.cmake"
    INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/LayerFusion)
  write_basic_package_version_file(
    "${PROJECT_BINARY_DIR}/LayerFusionConfigVersion.cmake"
    COMPATIBILITY SameMinorVersion)
  install(FILES "${PROJECT_BINARY_DIR}/LayerFusionConfig.cmake"
    "${PROJECT_BINARY_DIR}/LayerFusionConfigVersion.cmake"
    DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/LayerFusion)
  install(EXPORT LayerFusionTargets NAMESPACE LayerFusion::
    DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/LayerFusion)
endfunction()
