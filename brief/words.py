"""The words that stand around a brief, in English, each with what it stands for on the page.

`make catalogue` hands them to translators: a comment that begins with “Translators:” goes with the
word below it. The other languages are in locale/, a .po file each.
"""

from __future__ import annotations


def word(key: str, text: str) -> tuple[str, str]:
    """Return a key with its English text; `make catalogue` looks for calls of this name."""
    return key, text


ENGLISH = dict(
    (
        # Translators: Stands before the name of who took the photo: "Photo: Ada Lind / Agency".
        # A press text begins with it too.
        word("photo", "Photo"),
        # Translators: The line below the headline; {authors} is a list of names. Where names would
        # have to be inflected, write it with a colon, such as "Text: {authors}".
        word("by", "By {authors}"),
        # Translators: Parts the last two names of a list, with the spaces around it.
        word("and", " and "),
        # Translators: The date below the headline. {date} is written by CLDR's long form, such as
        # "July 19, 2024": write a colon where it would need another case, or an article that
        # changes with the day.
        word("published", "Published on {date}"),
        # Translators: The date of the last change, beside the one of publication.
        word("updated", "Updated on {date}"),
        # Translators: Heading of the notes (footnotes) at the end of an EPUB.
        word("notes", "Notes"),
        # Translators: Said by a screen reader of one note; {n} is its number.
        word("note", "Note {n}"),
        # Translators: Said by a screen reader of the link from a note to where it is called.
        word("back", "Back to the text"),
        # Translators: Heading of the paragraph that says whose views these are. A press text may
        # begin that paragraph with it, and a colon.
        word("disclaimer", "Disclaimer"),
        # Translators: Heading of who publishes: publisher, place, authors' offices, rights. The
        # trade's word, as at the end of a magazine or a book.
        word("imprint", "Imprint"),
        # Translators: Heading of the table of contents.
        word("contents", "Contents"),
        # Translators: Where the main text begins, in an e-reader's list of places.
        word("text", "Text"),
        # Translators: The cover of an EPUB.
        word("cover", "Cover"),
        # Translators: Heading of the list of web addresses after the text of a PDF.
        word("links", "Links in this text"),
        # Translators: The foot of each page: {page} is its number, {pages} how many there are. Keep
        # this order.
        word("page", "Page {page} of {pages}"),
        # Translators: Heading of the list of pages, in an e-reader's navigation.
        word("pages", "Pages"),
        # Translators: Heading of the list of cover, contents and text, in an e-reader's navigation.
        word("landmarks", "Landmarks"),
        # Translators: Of an EPUB's accessibility, for people who choose a book by it; of these
        # sentences a book has those that hold, so that each must stand by itself.
        word("summary_text", "The text can be read aloud or in braille."),
        # Translators: Of an EPUB's accessibility.
        word("summary_display", "Type size, typeface and colours can be changed."),
        # Translators: Of an EPUB's accessibility.
        word("summary_headings", "Headings can be reached one by one."),
        # Translators: Of an EPUB's accessibility.
        word("summary_pictures", "Pictures are described in words."),
        # Translators: Of an EPUB's accessibility.
        word("summary_tables", "Tables have header cells."),
        # Translators: Of an EPUB's accessibility.
        word("summary_notes", "Notes are linked from the text and back."),
        # Translators: Of an EPUB's accessibility.
        word("summary_pages", "A list of pages leads to each of them."),
        # Translators: Of an EPUB's accessibility; it must promise no more than the English does.
        word(
            "summary_checked",
            "Its accessibility was checked by software alone; what only people can judge has not"
            " been judged.",
        ),
        # Translators: Before the caption of a picture or chart; {n} is its number.
        word("figure", "Figure {n}"),
        # Translators: Before the caption of a table; {n} is its number.
        word("table", "Table {n}"),
        # Translators: Below a table, before where its figures come from: "Source: National Bank".
        word("source", "Source"),
        # Translators: Below a table, before a remark on it: "Note: Data for 2023 are estimates."
        word("table_note", "Note"),
        # Translators: Heading of the box that says the most important things first.
        word("key_points", "Key points"),
        # Translators: Heading of what the authors advise.
        word("recommendations", "Recommendations"),
        # Translators: Heading of a few sentences about one author, man or woman.
        word("about_author", "About the author"),
        # Translators: Heading of a few sentences about each of several authors.
        word("about_authors", "About the authors"),
        # Translators: Before the line that others may copy to cite this text.
        word("cite_as", "Cite as"),
        # Translators: Heading of, or before, whom to write to.
        word("contact", "Contact"),
        # Translators: Heading of the list of files with the numbers that the charts show.
        word("data", "Data behind the figures"),
        # Translators: One of these files; {figure} is such as "Figure 2", as translated above.
        # Write a colon where it would need another case or an article.
        word("data_for", "Data for {figure}"),
        # Translators: Said of a picture of numbers that is not told more exactly.
        word("chart", "Chart"),
        # Translators: Describes an author's photo to who cannot see it; {name} is a person's name.
        # Write a colon where it would have to be inflected.
        word("portrait", "Portrait of {name}"),
    )
)
