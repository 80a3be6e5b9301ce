# SPDX-License-Identifier: MIT
"""The library as others get it: installed, moved, found by CMake and by pkg-config, as a subdirectory, as plain sources,
from C++, and merged into one file. The program is the one of the README. The samples of the pages, and their links."""

import glob
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import unittest

SOURCE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(SOURCE, "tests", "tool"))
from meterwire_test import ToolTest  # noqa: E402

CC = os.environ.get("CC", "cc")
CXX = os.environ.get("CXX", "c++")
WARNINGS = ["-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wsign-conversion", "-Wshadow", "-Wcast-align", "-Werror"]


def call(*command, **more):
    result = subprocess.run(command, capture_output=True, text=True, **more)
    if result.returncode != 0:
        raise AssertionError("%s\n%s%s" % (shlex.join(command), result.stdout, result.stderr))
    return result.stdout


def source(*path):
    return os.path.join(SOURCE, *path)


def sources(*folders):
    return sorted(file for folder in folders for file in glob.glob(source("lib", folder, "*.c")))


CORE = ("core", "modbus", "mbus", "link", "models", "meter", "device")


def readme_program():
    with open(source("README.md")) as readme:
        return re.search(r"```c\n(.*?)```", readme.read(), re.S).group(1)


def pages():
    return [source("README.md")] + sorted(glob.glob(source("docs", "*.md")))


def samples(page):
    """The C of a page as files. A comment in front of a block says when it is not one of its own: "continued" goes on with
    the block before it, "within: DECLARATIONS" stands in a function behind these."""
    files = []
    with open(page) as file:
        blocks = re.findall(r"(?:<!-- (continued|within: .*?) -->\n)?```c\n(.*?)```", file.read(), re.S)
    for mark, text in blocks:
        if mark == "continued":
            files[-1] += text
        elif mark:
            declarations = mark[len("within: "):]
            files.append("#include <meterwire/meterwire.h>\nvoid sample(void);\nvoid sample(void)\n{\n%s\n%s}\n" %
                         (declarations, text))
        else:
            files.append(text)
    return files


def public_functions():
    """What the headers declare: functions, and constants without their initialisers."""
    names = {}
    for header in glob.glob(source("include", "meterwire", "*.h")):
        with open(header) as file:
            text = re.sub(r"/\*.*?\*/", "", file.read(), flags=re.S)
        names[os.path.basename(header)] = set(
            re.findall(r"MW_API[^;{]*?\b(mw_\w+)(?:\[\])?\s*(?:\(|;)", text))
    return names


def public_structures():
    names = set()
    for header in glob.glob(source("include", "meterwire", "*.h")):
        with open(header) as file:
            names |= set(re.findall(r"^typedef struct (mw_\w+) \{", file.read(), re.M))
    return names


class Package(ToolTest):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="meterwire-package-")
        self.addCleanup(shutil.rmtree, self.folder)

    def write(self, name, text):
        path = os.path.join(self.folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w") as file:
            file.write(text)
        return path

    def check_program(self, path, **environment):
        """It prints a reading of a meter that is there."""
        target = self.simulate("wago-879-3000", "--pty", "--set", "active_power=4387")
        self.assertEqual(call(path, target, env={**os.environ, **environment}), "4387 W\n")
        self.simulator.terminate()
        self.simulator.wait(5)

    def build_consumer(self, *options):
        for name in ("app.c", "app.cpp"):
            self.write("consumer/" + name, readme_program())
        shutil.copy(source("tests", "package", "consumer.cmake"), os.path.join(self.folder, "consumer", "CMakeLists.txt"))
        build = os.path.join(self.folder, "consumer", "build")
        shutil.rmtree(build, ignore_errors=True)
        call("cmake", "-S", os.path.join(self.folder, "consumer"), "-B", build, "-DCMAKE_C_COMPILER=" + CC,
             "-DCMAKE_CXX_COMPILER=" + CXX, *options)
        call("cmake", "--build", build)
        return os.path.join(build, "app")

    def install(self, shared):
        """Installs, then moves what was installed to another place."""
        build = os.path.join(self.folder, "build")
        installed = os.path.join(self.folder, "installed")
        moved = os.path.join(self.folder, "moved")
        call("cmake", "-S", SOURCE, "-B", build, "-DCMAKE_C_COMPILER=" + CC, "-DBUILD_SHARED_LIBS=" + shared,
             "-DMETERWIRE_TESTS=OFF", "-DMETERWIRE_WERROR=ON", "-DCMAKE_INSTALL_LIBDIR=lib",
             "-DCMAKE_INSTALL_PREFIX=" + installed)
        call("cmake", "--build", build, "-j2")
        call("cmake", "--install", build)
        os.rename(installed, moved)
        return moved

    def check_installed(self, prefix):
        library = {"LD_LIBRARY_PATH": os.path.join(prefix, "lib")}
        for language in ("C", "CXX"):
            self.check_program(self.build_consumer("-DCMAKE_PREFIX_PATH=" + prefix, "-DLANGUAGE=" + language), **library)
        environment = {**os.environ, "PKG_CONFIG_PATH": os.path.join(prefix, "lib", "pkgconfig")}
        flags = shlex.split(call("pkg-config", "--cflags", "--libs", "meterwire", env=environment))
        program = os.path.join(self.folder, "pkg")
        call(CC, "-std=c99", self.write("pkg.c", readme_program()), *flags, "-o", program)
        self.check_program(program, **library)
        # The tool finds its libraries without being told.
        version = call(os.path.join(prefix, "bin", "meterwire"), "--version")
        self.assertRegex(version, r"^meterwire \d")
        with open(os.path.join(prefix, "share", "man", "man1", "meterwire.1")) as manual:
            self.assertIn('"%s"' % version.strip().capitalize(), manual.readline())
        completion = os.path.join(prefix, "share", "bash-completion", "completions", "meterwire")
        self.assertIn("_meterwire meterwire", call("bash", "-c", ". %s && complete -p meterwire" % shlex.quote(completion)))

    def test_static_library(self):
        prefix = self.install("OFF")
        self.assertTrue(os.path.exists(os.path.join(prefix, "lib", "libmeterwire.a")))
        self.check_installed(prefix)

    def test_shared_library(self):
        prefix = self.install("ON")
        self.check_installed(prefix)
        names = public_functions()
        for library, headers in (("libmeterwire.so", set(names) - {"port.h"}), ("libmeterwire-port.so", {"port.h"})):
            exported = {line.split()[-1] for line in
                        call("nm", "-D", "--defined-only", os.path.join(prefix, "lib", library)).splitlines()}
            self.assertEqual(exported, set().union(*(names[header] for header in headers)), library)

    def test_subdirectory(self):
        for language in ("C", "CXX"):
            self.check_program(self.build_consumer("-DMETERWIRE_SOURCE=" + SOURCE, "-DLANGUAGE=" + language))

    def test_without_ports(self):
        build = os.path.join(self.folder, "build")
        call("cmake", "-S", SOURCE, "-B", build, "-DCMAKE_C_COMPILER=" + CC, "-DMETERWIRE_PORT=OFF",
             "-DMETERWIRE_TESTS=OFF", "-DMETERWIRE_WERROR=ON")
        call("cmake", "--build", build, "-j2")

    def test_plain_sources(self):
        program = os.path.join(self.folder, "plain")
        call(CC, "-std=c99", "-I" + source("include"), self.write("app.c", readme_program()), *sources(*CORE, "ports"),
             "-o", program)
        self.check_program(program)
        target = self.simulate("wago-879-3000", "--tcp", "0", "--unit", "2")
        result = subprocess.run([program, target], capture_output=True, text=True)
        self.assertEqual((result.returncode, result.stdout, result.stderr), (1, "", "no answer\n"))

    def test_readme_program_is_short_and_without_warnings(self):
        program = readme_program()
        self.assertLessEqual(len([line for line in program.splitlines() if line.strip()]), 25)
        call(CC, "-std=c99", *WARNINGS, "-I" + source("include"), "-c", self.write("app.c", program), "-o", os.devnull)

    def test_samples_of_the_pages_compile_and_those_that_need_no_meter_run(self):
        flags = ["-std=c99", *WARNINGS, "-I" + source("include"), "-I" + source("lib", "models")]
        found = 0
        for page in pages():
            for i, text in enumerate(samples(page)):
                with self.subTest(page=os.path.basename(page), sample=i):
                    file = self.write("sample.c", text)
                    call(CC, *flags, "-c", file, "-o", os.devnull)
                    if "int main(void)" in text:
                        program = os.path.join(self.folder, "sample")
                        call(CC, *flags, file, *sources(*CORE), "-o", program)
                        call(program)
                    found += 1
        self.assertGreaterEqual(found, 7)

    def test_links_of_the_pages_lead_somewhere(self):
        for page in pages():
            with open(page) as file:
                text = re.sub(r"```.*?```", "", file.read(), flags=re.S)
            for link in re.findall(r"\]\(([^)#:]+)\)", text):
                self.assertTrue(os.path.exists(os.path.join(os.path.dirname(page), link)), "%s: %s" % (page, link))

    def test_sources_can_be_merged_into_one_file(self):
        text = "".join('#include "%s"\n' % file for file in sources(*CORE))
        call(CC, "-std=c99", *WARNINGS, "-I" + source("include"), "-c", self.write("merged.c", text), "-o", os.devnull)

    def test_headers_compile_alone_as_c99_and_as_cpp17(self):
        for header in glob.glob(source("include", "meterwire", "*.h")):
            text = "#include <meterwire/%s>\n" % os.path.basename(header)
            for compiler, name, standard in ((CC, "h.c", "-std=c99"), (CXX, "h.cpp", "-std=c++17")):
                call(compiler, standard, *WARNINGS, "-I" + source("include"), "-fsyntax-only",
                     self.write(name, text + "int main(%s) { return 0; }\n" % ("void" if name == "h.c" else "")))

    def test_sizes_of_all_public_structures_are_pinned(self):
        with open(source("tests", "unit", "test_abi.c")) as file:
            pinned = re.findall(r"^PIN\((mw_\w+),", file.read(), re.M)
        self.assertEqual(sorted(pinned), sorted(public_structures()))

    def test_version_stands_in_one_place(self):
        with open(source("include", "meterwire", "version.h")) as file:
            numbers = re.findall(r"define MW_VERSION_(?:MAJOR|MINOR|PATCH) (\d+)", file.read())
        files = [source("CMakeLists.txt")] + [file for folder in ("include", "lib", "pkgconfig", "examples")
                                              for file in glob.glob(source(folder, "**"), recursive=True)
                                              if os.path.isfile(file)]
        found = []
        for file in files:
            with open(file) as text:
                if ".".join(numbers) in text.read():
                    found.append(os.path.relpath(file, SOURCE))
        self.assertEqual(found, ["include/meterwire/version.h"])


class Symbols(unittest.TestCase):
    """What the core needs of a C library, and that it keeps nothing."""

    def test_core_needs_four_functions_and_has_no_writable_data(self):
        with tempfile.TemporaryDirectory() as folder:
            for flags in (["-O2"], ["-Os"], ["-O0"]):
                objects = []
                for file in sources(*CORE):
                    objects.append(os.path.join(folder, os.path.basename(file) + ".o"))
                    call(CC, "-std=c99", *flags, "-fno-pic", "-fno-stack-protector", "-U_FORTIFY_SOURCE", "-I" +
                         source("include"), "-c", file, "-o", objects[-1])
                self.assertEqual(len(set(objects)), len(objects), "file names stand twice")
                symbols = [line.split() for line in call("nm", *objects).splitlines()
                           if line and not line.endswith(":")]
                defined = {name for *_, kind, name in symbols if kind not in "Uw"}
                needed = {name for *_, kind, name in symbols if kind in "Uw"} - defined
                self.assertLessEqual(needed, {"memcpy", "memmove", "memset", "memcmp"}, flags)
                self.assertEqual([name for *_, kind, name in symbols if kind in "dDbBcC"], [], flags)


if __name__ == "__main__":
    unittest.main()
