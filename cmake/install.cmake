# What `cmake --install` puts in its place: the program, the library, its headers, and the package that find_package(ramp)
# finds.
include(CMakePackageConfigHelpers)
set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/ramp)

install(TARGETS ramp_program RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(TARGETS ramp EXPORT ramp ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(FILES ramp/ramp.h DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/ramp)
foreach(folder ${RAMP_LIBRARY_FOLDERS})
  install(DIRECTORY ramp/${folder} DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/ramp FILES_MATCHING PATTERN "*.h" PATTERN "test_*.h" EXCLUDE
          PATTERN "*-inl.h" EXCLUDE)
endforeach()
install(EXPORT ramp NAMESPACE ramp:: FILE rampTargets.cmake DESTINATION ${package_folder})
configure_package_config_file(cmake/rampConfig.cmake.in ${PROJECT_BINARY_DIR}/rampConfig.cmake
                              INSTALL_DESTINATION ${package_folder})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/rampConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/rampConfig.cmake ${PROJECT_BINARY_DIR}/rampConfigVersion.cmake
        cmake/dependencies.cmake DESTINATION ${package_folder})
