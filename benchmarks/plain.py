"""What one would write in a minute: a text file set by WeasyPrint, a paragraph for each block.

Usage: plain.py TEXT PDF
"""

import re
import sys
from html import escape
from pathlib import Path

from weasyprint import HTML

source, target = sys.argv[1:]
headline, *blocks = re.split(r"\n\s*\n", Path(source).read_text("utf-8").strip())
paragraphs = "\n".join(f"<p>{escape(block)}</p>" for block in blocks)
page = f"""<!doctype html>
<html lang="en">
<title>{escape(headline)}</title>
<style>@page {{ size: A4; margin: 25mm }} body {{ font: 11pt/1.5 serif }}</style>
<h1>{escape(headline)}</h1>
{paragraphs}
</html>"""
HTML(string=page).write_pdf(target)
