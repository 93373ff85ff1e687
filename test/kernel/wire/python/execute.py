"""Executes a notebook with nbclient and prints it as HTML of nbconvert, or what went wrong."""

import sys

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbconvert import HTMLExporter

notebook = nbformat.read(sys.argv[1], as_version=4)
client = NotebookClient(notebook, kernel_name="shootdown", timeout=60, record_timing=False)
try:
    client.execute()
except CellExecutionError as error:
    print(str(error))
    sys.exit(1)
nbformat.validate(notebook)
nbformat.write(notebook, sys.argv[2])
print(HTMLExporter(template_name="basic").from_notebook_node(notebook)[0])
