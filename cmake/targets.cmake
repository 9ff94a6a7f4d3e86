# The sources of one folder: every .cc that is neither a test nor a benchmark.
function(ramp_sources folder result)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/ramp/${folder}/*.cc)
  list(FILTER sources EXCLUDE REGEX "_(test|bench)\\.cc$")
  set(${result} ${sources} PARENT_SCOPE)
endfunction()

function(ramp_compile_options target)
  if(RAMP_DEVELOPER)
    target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic -Wconversion -Werror)
    # GCC 12 sees overlaps in plain assignments of string literals (its bug 105329).
    target_compile_options(${target} PRIVATE -Wno-restrict)
  endif()
  # NaN and infinity are data here, so no -ffast-math; errno is not, and waiting for it would stop vectorisation.
  # Where a product and a sum become one operation is written down: if the compiler chose, the same formula would round
  # differently in the loop over whole vectors and in the one over what is left.
  target_compile_options(${target} PRIVATE -fno-math-errno -ffp-contract=off)
endfunction()
