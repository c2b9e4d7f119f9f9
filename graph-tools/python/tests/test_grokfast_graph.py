"""Run by PythonWheelCheck of the Maven build, against the wheel, with the standard library alone."""

import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

import grokfast_graph
from grokfast_graph import _java

FILES = Path(os.environ["GROKFAST_TEST_FILES"])
ONNX = Path(os.environ["GROKFAST_TEST_ONNX"])


class WithAFolder(unittest.TestCase):
    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.folder = Path(holder.name)


class Rewriting(WithAFolder):
    def test_a_graph_is_rewritten_and_comes_back(self):
        out = self.folder / "filtered.pb"
        report = grokfast_graph.rewrite(
            FILES / "adam.pb", out, filter="ema", alpha=0.9, lamb=1.5, fix_adam_order=True
        )
        self.assertGreater(len(report["sites"]), 0)
        self.assertGreater(out.stat().st_size, (FILES / "adam.pb").stat().st_size)
        stripped = self.folder / "stripped.pb"
        grokfast_graph.strip(out, stripped)
        self.assertTrue(grokfast_graph.diff(FILES / "adam.pb", stripped)["equal"])
        self.assertFalse(grokfast_graph.diff(FILES / "adam.pb", out)["equal"])

    def test_an_onnx_model_is_rewritten_without_onnx(self):
        self.assertNotIn("onnx", sys.modules)
        out = self.folder / "filtered.onnx"
        report = grokfast_graph.rewrite(ONNX, str(out), filter="ma", window=3)
        self.assertGreater(len(report["sites"]), 0)
        self.assertTrue(out.is_file())

    def test_options_are_those_of_the_command_line(self):
        self.assertEqual(
            ["--alpha=0.5", "--force", "--include=a", "--include=b"],
            grokfast_graph._words(
                {"alpha": 0.5, "force": True, "json": False, "tags": None, "include": ["a", "b"]}
            ),
        )

    def test_a_failure_is_an_exception_with_what_the_program_said(self):
        with self.assertRaises(grokfast_graph.GrokfastError) as raised:
            grokfast_graph.rewrite(self.folder / "none.pb", self.folder / "out.pb")
        self.assertEqual(1, raised.exception.code)
        self.assertIn("no such file or folder", str(raised.exception))
        self.assertFalse(str(raised.exception).startswith("grokfast:"))

    def test_a_wrong_option_is_a_usage_error(self):
        with self.assertRaises(grokfast_graph.GrokfastError) as raised:
            grokfast_graph.rewrite(FILES / "adam.pb", self.folder / "out.pb", alhpa=0.9)
        self.assertEqual(2, raised.exception.code)
        self.assertIn("--alhpa", str(raised.exception))

    def test_inspect_says_what_can_be_filtered(self):
        self.assertGreater(len(grokfast_graph.inspect(FILES / "adam.pb")["sites"]), 0)

    def test_an_existing_file_is_not_replaced_unasked(self):
        out = self.folder / "filtered.pb"
        out.write_bytes(b"mine")
        with self.assertRaisesRegex(grokfast_graph.GrokfastError, "--force"):
            grokfast_graph.rewrite(FILES / "adam.pb", out)
        self.assertEqual(b"mine", out.read_bytes())


class CommandLine(WithAFolder):
    def test_the_module_runs_the_program_with_its_exit_code(self):
        words = [sys.executable, "-m", "grokfast_graph"]
        shown = subprocess.run([*words, "--version"], capture_output=True, encoding="utf-8")
        self.assertEqual(0, shown.returncode, shown.stderr)
        self.assertTrue(shown.stdout.startswith("grokfast "), shown.stdout)
        self.assertEqual(2, subprocess.run([*words, "no-verb"], capture_output=True).returncode)


class Java(WithAFolder):
    def java(self, name, said):
        program = self.folder / name
        program.write_text("#!/bin/sh\necho '%s' >&2\n" % said)
        program.chmod(0o755)
        return str(program)

    def test_versions_are_read_as_javas_of_all_times_say_them(self):
        self.assertEqual(8, _java.version(self.java("a", 'java version "1.8.0_402"')))
        self.assertEqual(17, _java.version(self.java("b", 'openjdk version "17.0.15" 2025-04-15')))
        self.assertEqual(26, _java.version(self.java("c", 'openjdk version "26-ea" 2026-03-17')))
        self.assertIsNone(_java.version(self.java("d", "no Java here")))
        self.assertIsNone(_java.version(str(self.folder / "missing")))

    def test_an_old_java_is_passed_over(self):
        old = self.java("old", 'openjdk version "11.0.2"')
        new = self.java("new", 'openjdk version "21.0.1"')
        with mock.patch.object(_java, "_candidates", return_value=[old, new]):
            self.assertEqual(new, _java.find())

    def test_without_java_it_is_said_what_was_found_and_how_to_get_one(self):
        old = self.java("old", 'openjdk version "11.0.2"')
        with mock.patch.object(_java, "_candidates", return_value=[old]):
            with self.assertRaisesRegex(_java.JavaNotFound, "found only Java 11 at .*apt install"):
                _java.find()
        with mock.patch.object(_java, "_candidates", return_value=[]):
            with self.assertRaisesRegex(_java.JavaNotFound, "17 or later, and none was found"):
                _java.find()


if __name__ == "__main__":
    unittest.main()
