# SPDX-License-Identifier: MIT
# A project of somebody else; copied as its CMakeLists.txt by test_package.py.
cmake_minimum_required(VERSION 3.16)
set(LANGUAGE C CACHE STRING "The only language of this project")
project(consumer ${LANGUAGE})
if(METERWIRE_SOURCE)
  add_subdirectory(${METERWIRE_SOURCE} meterwire)
else()
  find_package(meterwire 0.1 REQUIRED)
endif()
set(suffix_C c)
set(suffix_CXX cpp)
add_executable(app app.${suffix_${LANGUAGE}})
target_link_libraries(app meterwire::meterwire meterwire::port)
