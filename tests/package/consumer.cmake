# SPDX-License-Identifier: MIT
# A project of somebody else; copied as its CMakeLists.txt by test_package.py.
cmake_minimum_required(VERSION 3.16)
project(consumer C)
if(METERWIRE_SOURCE)
  add_subdirectory(${METERWIRE_SOURCE} meterwire)
else()
  find_package(meterwire 0.1 REQUIRED)
endif()
add_executable(app app.c)
target_link_libraries(app meterwire::meterwire meterwire::port)
