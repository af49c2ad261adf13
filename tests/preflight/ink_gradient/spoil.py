"""A gradient that ends in 340 % of ink."""

from __future__ import annotations

from pikepdf import Dictionary, Pdf


def spoil(pdf: Pdf) -> None:
    fade = pdf.pages[0].Resources.Shading.Fade
    dark = [0.9, 0.9, 0.8, 0.8]
    fade.Function = Dictionary(FunctionType=2, Domain=[0, 1], C0=[0] * 4, C1=dark, N=1)
