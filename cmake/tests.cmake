# One test program per folder from its *_test.cc, one benchmark per *_bench.cc.
find_package(GTest REQUIRED)
find_package(rapidcheck REQUIRED)
find_package(benchmark REQUIRED)
include(GoogleTest)

# The paths of this checkout are given to those sources alone that name them, directly or by a test header: a compiler cache
# then knows all others again in another checkout.
function(set_paths_where_used)
  foreach(source ${ARGN})
    file(STRINGS ${source} uses_path REGEX "RAMP_SOURCE_DIR|RAMP_PROGRAM|test_data\\.h|run_program\\.h|bench_real_cases\\.h")
    if(uses_path)
      set_property(SOURCE ${source} APPEND PROPERTY COMPILE_DEFINITIONS RAMP_SOURCE_DIR="${PROJECT_SOURCE_DIR}"
                   RAMP_PROGRAM="$<TARGET_FILE:ramp_program>")
    endif()
  endforeach()
endfunction()

foreach(folder ${RAMP_LIBRARY_FOLDERS} cli web)
  file(GLOB_RECURSE tests CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/ramp/${folder}/*_test.cc)
  if(tests)
    add_executable(${folder}_test ${tests})
    ramp_compile_options(${folder}_test)
    # Tests of kernels and trainings compute much; those of the other folders wait for the compiler alone.
    if(folder MATCHES "^(plot|data|runs|quiz|onnx|health|lab|cli|web)$")
      target_compile_options(${folder}_test PRIVATE -O1)
    endif()
    target_link_libraries(${folder}_test PRIVATE $<$<STREQUAL:${folder},web>:ramp_web PkgConfig::HTTPLIB> ramp ${RAMP_DEPENDENCIES} ${RAMP_PROGRAM_DEPENDENCIES} GTest::gtest_main
                          rapidcheck)
    set_paths_where_used(${tests})
    if(folder MATCHES "^(cli|web)$")
      add_dependencies(${folder}_test ramp_program)
    endif()
    gtest_discover_tests(${folder}_test PROPERTIES
                         LABELS unit
                         # Tests run beside each other, see ramp/cli/patience.h.
                         ENVIRONMENT GOMP_SPINCOUNT=3000
                         # No test writes to the history of the person who runs it.
                         ENVIRONMENT_MODIFICATION RAMP_HOME=set:${PROJECT_BINARY_DIR}/test_home
                         DISCOVERY_TIMEOUT 60)
  endif()
  file(GLOB_RECURSE benchmarks CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/ramp/${folder}/*_bench.cc)
  foreach(source ${benchmarks})
    get_filename_component(name ${source} NAME_WE)
    add_executable(${name} ${source})
    ramp_compile_options(${name})
    target_link_libraries(${name} PRIVATE ramp ${RAMP_DEPENDENCIES} benchmark::benchmark)
    set_paths_where_used(${source})
  endforeach()
endforeach()

add_test(NAME AKilledTraining.EndsInTheSameBitsWhenItIsResumedFiftyTimes
         COMMAND cli_test --gtest_filter=AKilledTraining.EndsInTheSameBitsWhenItIsResumed)
set_tests_properties(AKilledTraining.EndsInTheSameBitsWhenItIsResumedFiftyTimes
                     PROPERTIES LABELS slow ENVIRONMENT "RAMP_KILLS=50;GOMP_SPINCOUNT=3000")
add_test(NAME AKilledRecording.LosesAtMostTheLastEpochFiftyTimes
         COMMAND runs_test --gtest_filter=AKilledRecording.LosesAtMostTheLastEpoch)
set_tests_properties(AKilledRecording.LosesAtMostTheLastEpochFiftyTimes
                     PROPERTIES LABELS slow ENVIRONMENT RAMP_KILLS=50)

add_test(NAME UnderAttack.Takes10000MalformedRequests COMMAND web_test --gtest_filter=UnderAttack.TakesMalformedRequests)
set_tests_properties(UnderAttack.Takes10000MalformedRequests PROPERTIES LABELS slow TIMEOUT 900
                     ENVIRONMENT "RAMP_MALFORMED=10000;GOMP_SPINCOUNT=3000")

# The C interface, from C.
add_executable(c_interface_test ${PROJECT_SOURCE_DIR}/ramp/c/c_interface_test.c)
set_target_properties(c_interface_test PROPERTIES C_STANDARD 99 C_STANDARD_REQUIRED ON C_EXTENSIONS OFF)
target_compile_options(c_interface_test PRIVATE -Wall -Wextra -Wpedantic -Wconversion -Werror)
target_link_libraries(c_interface_test PRIVATE ramp ${RAMP_DEPENDENCIES} m)
add_test(NAME CInterface.DoesWhatItsHeaderSays COMMAND c_interface_test)
set_tests_properties(CInterface.DoesWhatItsHeaderSays PROPERTIES LABELS unit)

# The errors of the activations on all 2^32 floats, which takes an hour of two cores; docs/measurements/ulp_all_floats.md is what it
# prints.
add_executable(ulp_table ${PROJECT_SOURCE_DIR}/tools/ulp_table.cc)
ramp_compile_options(ulp_table)
target_link_libraries(ulp_table PRIVATE ramp ${RAMP_DEPENDENCIES})
add_test(NAME EveryActivation.IsWithinItsUlpOnAllFloats COMMAND ulp_table --check)
set_tests_properties(EveryActivation.IsWithinItsUlpOnAllFloats PROPERTIES LABELS exhaustive TIMEOUT 14400)

add_test(NAME InstalledPackage.BuildsAndRunsTheExamples
         COMMAND ${PROJECT_SOURCE_DIR}/tools/test_installed.sh ${PROJECT_BINARY_DIR})
set_tests_properties(InstalledPackage.BuildsAndRunsTheExamples PROPERTIES LABELS slow)

add_executable(onnx_runtime_cases ${PROJECT_SOURCE_DIR}/tools/onnx_runtime/cases.cc)
ramp_compile_options(onnx_runtime_cases)
target_link_libraries(onnx_runtime_cases PRIVATE ramp ${RAMP_DEPENDENCIES} onnx)
add_test(NAME OnnxRuntime.ComputesTheSame
         COMMAND ${PROJECT_SOURCE_DIR}/tools/onnx_runtime/check.sh $<TARGET_FILE:onnx_runtime_cases>
                 ${PROJECT_BINARY_DIR}/onnx_runtime)
set_tests_properties(OnnxRuntime.ComputesTheSame PROPERTIES LABELS slow SKIP_RETURN_CODE 77 TIMEOUT 600)

# The lab's page in a browser.
add_test(NAME LabReport.CanBeReadByEverybodyAndFetchesNothing
         COMMAND ${PROJECT_SOURCE_DIR}/tools/lab_report/check.sh $<TARGET_FILE:ramp_program>
                 ${PROJECT_BINARY_DIR}/lab_report)
set_tests_properties(LabReport.CanBeReadByEverybodyAndFetchesNothing
                     PROPERTIES LABELS browser SKIP_RETURN_CODE 77 TIMEOUT 600 ENVIRONMENT GOMP_SPINCOUNT=3000)

# The page of `ramp serve`: its types, and every task and state of it in a browser, with screenshots in build/screenshots.
if(TARGET ramp_web)
  add_test(NAME Page.HasTheRightTypes COMMAND ${PROJECT_SOURCE_DIR}/ramp/web/page/build.sh ${PROJECT_BINARY_DIR}/page --check)
  add_test(NAME Page.WorksInABrowser
           COMMAND ${PROJECT_SOURCE_DIR}/ramp/web/browser_tests/run.sh $<TARGET_FILE:ramp_program>
                   ${PROJECT_BINARY_DIR}/page ${PROJECT_BINARY_DIR}/browser)
  set_tests_properties(Page.HasTheRightTypes Page.WorksInABrowser
                       PROPERTIES LABELS browser SKIP_RETURN_CODE 77 TIMEOUT 1800 RUN_SERIAL TRUE)
endif()

# The rules that the project keeps, each a small script with its table.
find_package(Python3 REQUIRED COMPONENTS Interpreter)
function(ramp_rule name)
  add_test(NAME Rule.${name} COMMAND Python3::Interpreter ${PROJECT_SOURCE_DIR}/tools/check_${name}.py ${ARGN})
  set_tests_properties(Rule.${name} PROPERTIES LABELS tiny)
endfunction()
ramp_rule(layers)
ramp_rule(data_line)
add_test(NAME Rule.data_line_finds_circles
         COMMAND Python3::Interpreter ${PROJECT_SOURCE_DIR}/tools/check_data_line.py --self-test)
set_tests_properties(Rule.data_line_finds_circles PROPERTIES LABELS tiny)
ramp_rule(names)
ramp_rule(sources)
ramp_rule(symbols $<TARGET_FILE:ramp>)
ramp_rule(readme $<TARGET_FILE:ramp_program>)
# Tables that programs made, made again: a minute of computing with many digits.
foreach(what values slopes)
  add_test(NAME Rule.pieces_of_${what}
           COMMAND Python3::Interpreter ${PROJECT_SOURCE_DIR}/tools/check_pieces.py ${what})
  set_tests_properties(Rule.pieces_of_${what} PROPERTIES LABELS slow SKIP_RETURN_CODE 77 TIMEOUT 900)
endforeach()
