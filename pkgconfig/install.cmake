# SPDX-License-Identifier: MIT
# Installs libraries, headers, the CMake package and the pkg-config file; both can be moved together with the tree.
include(CMakePackageConfigHelpers)

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/meterwire)

install(TARGETS ${libraries} EXPORT meterwire
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}
  LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}
  RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(DIRECTORY include/meterwire DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(EXPORT meterwire NAMESPACE meterwire:: FILE meterwire-targets.cmake DESTINATION ${package_dir})
install(FILES ${CMAKE_CURRENT_LIST_DIR}/meterwire-config.cmake DESTINATION ${package_dir})

# While the major version is 0, every minor version may differ.
write_basic_package_version_file(${PROJECT_BINARY_DIR}/meterwire-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/meterwire-config-version.cmake DESTINATION ${package_dir})

# Paths in the .pc file are relative to the file itself, unless the install folders are absolute.
file(RELATIVE_PATH pc_prefix /p/${CMAKE_INSTALL_LIBDIR}/pkgconfig /p)
set(pc_prefix "\${pcfiledir}/${pc_prefix}")
foreach(dir LIBDIR INCLUDEDIR)
  if(IS_ABSOLUTE "${CMAKE_INSTALL_${dir}}")
    set(pc_${dir} "${CMAKE_INSTALL_${dir}}")
  else()
    set(pc_${dir} "\${prefix}/${CMAKE_INSTALL_${dir}}")
  endif()
endforeach()
if(IS_ABSOLUTE "${CMAKE_INSTALL_LIBDIR}")
  set(pc_prefix "${CMAKE_INSTALL_PREFIX}")
endif()
set(pc_libs "-lmeterwire")
if(METERWIRE_PORT)
  set(pc_libs "-lmeterwire-port -lmeterwire")
  if(WIN32)
    string(APPEND pc_libs " -lws2_32")
  endif()
endif()
set(pc_cflags "")
if(BUILD_SHARED_LIBS)
  set(pc_cflags " -DMW_SHARED")
endif()
configure_file(${CMAKE_CURRENT_LIST_DIR}/meterwire.pc.in ${PROJECT_BINARY_DIR}/meterwire.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/meterwire.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
