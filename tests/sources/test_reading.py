"""Files as people have them: each is read right, with what is special said, or refused with the cause."""

import codecs
import csv
import gzip
import json
import math
import random
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import mix1d
from mix1d.errors import InputError
from mix1d.sources.columns import Written
from mix1d.sources.files import read_columns
from mix1d.sources.layout import layout_of
from places import DATA

NAN = math.nan


def case(name, content, values=None, *, says=(), refused=None, **options):
    content = content.encode() if isinstance(content, str) else content
    return pytest.param(content, values, says, refused, options, id=name.replace(" ", "_"))


def lines(*rows, end="\n"):
    return end.join(rows) + end


HUNDREDS = ["861", "687", "769", "545"]

CASES = [
    # ---- encodings and line ends
    case("plain", "x\n1\n2.5\n", [1, 2.5]),
    case("no final newline", "x\n1\n2.5", [1, 2.5]),
    case("utf-8 with a mark", codecs.BOM_UTF8 + "Größe\n1\n2\n".encode(), [1, 2]),
    case("a mark and no names", codecs.BOM_UTF8 + b"1.5\n2.5\n", [1.5, 2.5]),
    case("utf-16", "who,x\nA,1.5\nB,2.5\n".encode("utf-16"), [1.5, 2.5]),
    case("utf-16 without a mark", "who,x\nA,1.5\nB,2.5\n".encode("utf-16-le"), [1.5, 2.5]),
    case("big-endian utf-16", codecs.BOM_UTF16_BE + "x\r\n1,5\r\n2,25\r\n".encode("utf-16-be"), [1.5, 2.25]),
    case("utf-32", "x\n1.5\n2.5\n".encode("utf-32"), [1.5, 2.5]),
    case(
        "latin-1",
        "Größe;Ort\n1,5;Köln\n2,5;Bonn\n".encode("latin-1"),
        [1.5, 2.5],
        says=["not UTF-8: read as Windows-1252", "2 values are read with a decimal comma, such as 1,5"],
    ),
    case(
        "latin-1 and a wide row", "Größe,Ort\n1,a\n2,b,c\n".encode("latin-1"), refused="line 3 has 3 fields"
    ),
    case(
        "latin-1 and a late word", "Größe,Ort\r\n1,a\r\n2,ü\r\nx,c\r\n".encode("latin-1"), refused="(line 4)"
    ),
    case("mac roman, whose bytes Windows does not have", b"Gr\x8d\x90e,o\n1.5,a\n2.5,b\n", [1.5, 2.5]),
    case("windows line ends", "x,y\r\n1,a\r\n2,b\r\n", [1, 2]),
    case("old mac line ends", "x,y\r1.5,a\r2.5,b\r", [1.5, 2.5]),
    case("mixed line ends", "x,y\r\n1,a\n2,b\r\n3,c\r4,d\n", [1, 2, 3, 4], column="x"),
    case("one column with mixed line ends", "x\r\n1.5\n2.5\r\n", [1.5, 2.5]),
    case("a byte 0", b"x,y\n1,a\x00b\n2,c\n", refused="line 2 has a byte 0"),
    case("compressed", gzip.compress(b"x\n1.5\n2.5\n"), [1.5, 2.5]),
    case("compressed in two parts", gzip.compress(b"x\n1.5\n") + gzip.compress(b"2.5\n"), [1.5, 2.5]),
    case(
        "compressed and cut off", gzip.compress(b"x\n" + b"1.5\n" * 9999)[:-20], refused="cannot be unpacked"
    ),
    # ---- separators
    case("semicolons of Excel", "sep=;\na;b\n1,5;u\n2,5;v\n", [1.5, 2.5]),
    case("sep= and a comma", "sep=,\na,b\n1.5,u\n2.5,v\n", [1.5, 2.5]),
    case("tabs", "a\tb c\n1.5\tu v\n2.5\tw\n", [1.5, 2.5]),
    case("tabs with blanks", "a \t b\n 1.5\t u\n2.5 \tv\n", [1.5, 2.5]),
    case("bars", "a|b\n1.5|u\n2.5|v\n", [1.5, 2.5]),
    case("blanks", "a b\n1.5 u\n2.5 v\n", [1.5, 2.5]),
    case("several blanks", "  a     b\n 1.5     u\n12.5     v\n", [1.5, 12.5]),
    case("blanks and tabs", "a \t b\n1.5 \t u\n2.5   v\n", [1.5, 2.5]),
    case(
        "a table of R, with row names",
        '"mass" "sex"\n"1" 3.5 "m x"\n"2" 4.5 "f"\n"3" 5.5 "f"\n',
        [3.5, 4.5, 5.5],
    ),
    case("a table of R with commas", '"mass"\n"1",3.5\n"2",4.5\n"3",5.5\n', [3.5, 4.5, 5.5]),
    case("trailing separators", "a,b,\n1.5,u,\n2.5,v,\n", [1.5, 2.5]),
    case("trailing separators below names without", "a,b\n1.5,u,\n2.5,v,\n", [1.5, 2.5]),
    case("semicolons within fields", "who,x\na;b,1.5\nc;d,2.5\n", [1.5, 2.5]),
    case("quoted fields", '"who","x"\n"Lovelace, Ada","1.5"\n"O""Hara","2.5"\n', [1.5, 2.5]),
    case("quoted newlines", 'who,x\n"Ada\nL.",1.5\n"Bo",2.5\n', [1.5, 2.5]),
    case("a quoted newline in a name", '"mass\nin g",who\n1.5,a\n2.5,b\n', [1.5, 2.5], column="mass in g"),
    case("an inch", 'pipe,x\n5" steel,1.5\n6" steel,2.5\n', [1.5, 2.5]),
    case(
        "an open quotation mark", 'who,x\nAda,1.5\n"Bo,2.5\nCy,3.5\n', refused="line 3: a quotation mark is"
    ),
    case(
        "text behind a quotation mark", 'who,x\n"Ada"s,1.5\nBo,2.5\n', refused="line 2: a quotation mark is"
    ),
    # ---- names
    case("no names", "1\n2\n3.5\n", [1, 2, 3.5]),
    case(
        "years as names",
        "2019,2020\n0.5,1.5\n1.25,2.5\n",
        [1.5, 2.5],
        column="2020",
        says=["names are numbers"],
    ),
    case(
        "a long table of names and decimal commas", lines("w;x", *["A;1,25"] * 480), [1.25] * 480, column="x"
    ),
    case("years over counts", "2019,2020\n12,15\n13,9\n", [12, 13], column="2019"),
    case("years behind a label", "id,2019,2020\nP0,.5,1.5\nP1,1.25,2.5\n", [0.5, 1.25], column="2019"),
    case("doses as names", lines("10,20", *["0.5,1.5"] * 6), [0.5] * 6, column="10"),
    case("whole numbers that are no names", "1,2\n3,4\n", [1, 3], column="column0"),
    case(
        "a first number that may be a name",
        lines("2019", *[f"0.{i}5" for i in range(1, 9)]),
        refused="the first line, 2019, may be a name or a value; say --header yes or --header no",
    ),
    case(
        "said to be a name",
        lines("2019", *[f"0.{i}5" for i in range(1, 7)]),
        [0.15, 0.25, 0.35, 0.45, 0.55, 0.65],
        written=Written(header=True),
    ),
    case("said to be a value", "x1\n", refused="is text", written=Written(header=False)),
    case(
        "two columns of one name",
        "x,x,who\n1.5,3,a\n2.5,4,b\n",
        [1.5, 2.5],
        column="x",
        says=["told apart: x_1"],
    ),
    case("a column without a name", ",x\na,1.5\nb,2.5\n", [1.5, 2.5]),
    case("names in two rows", ",A,,B,\nwho,x,y,x,y\na,1,2,3,4\nb,5,6,7,9.5\n", [4, 9.5], column="B y"),
    case(
        "units below the names",
        "size,site\nmm,\n1.5,a\n2.5,b\n",
        [1.5, 2.5],
        says=["line 2 below the names is left out: 'mm,'"],
    ),
    case("names only", "x,y\n", refused="no rows"),
    case("one value", "x\n5\n", [5]),
    case("one value without a name", "5\n", [5]),
    case("nothing but empty lines", "\n\n\n", refused="no rows"),
    # ---- lines above, below and between
    case(
        "comment lines", "# by me\n#2024\n\nx\n1.5\n2.5\n", [1.5, 2.5], says=["2 comment lines are left out"]
    ),
    case(
        "comments between rows", "x,y\n1.5,a\n# pause\n2.5,b\n", [1.5, 2.5], says=["1 comment line is left"]
    ),
    case("names in a comment", "#id,size\nP0,1.5\nP1,2.5\n", [1.5, 2.5], column="size"),
    case(
        "a title",
        "Table 1: sizes\nwho,x\na,1.5\nb,2.5\nc,3.5\n",
        [1.5, 2.5, 3.5],
        says=["1 line above the table"],
    ),
    case(
        "a title from Excel",
        "Sizes,,\nwho,x,y\na,1.5,u\nb,2.5,v\n",
        [1.5, 2.5],
        says=["1 line above the table"],
    ),
    case(
        "particulars", "date,2024\nwho,x,y\na,1.5,u\nb,2.5,v\nc,3.5,w\n", [1.5, 2.5, 3.5], says=["date,2024"]
    ),
    case(
        "a sum below one column",
        lines("x", *"1234", "Total,10"),
        [1, 2, 3, 4],
        says=["line 6, below", "Total,10"],
    ),
    case(
        "a mean below two columns",
        lines("id,x", "a,1", "b,2", "Mean,1.5"),
        [1, 2],
        says=["line 4", "Mean,1.5"],
    ),
    case("a mean below an id", lines("id,x", "1,1.5", "2,2.5", "Mean,2"), [1.5, 2.5], says=["Mean,2"]),
    case("sums above", "who,x\nTotal,4\na,1.5\nb,2.5\n", [1.5, 2.5], says=["line 2 is left out: 'Total,4'"]),
    case(
        "a source below",
        "a,x\nu,1\nv,2\nSource: WHO\n",
        [1, 2],
        says=["line 4, below the table, is left out"],
    ),
    case(
        "several lines below",
        "a,x\nu,1\nv,2\n\nMean,1.5,x\nSD,.7,y\n",
        [1, 2],
        says=["2 lines from line 5 on"],
    ),
    case("an id that is called Total", "a,x\nTotal,1\nTotal,2\nTotal,3\n", [1, 2, 3]),
    case("notes to the right", "x,note\n1.5,\n2.5,see book\n3.5,\n", [1.5, 2.5, 3.5]),
    case("empty lines between rows", "x,y\n1.5,a\n\n2.5,b\n\n\n", [1.5, 2.5]),
    case("an empty line in one column is a missing value", "x\n1.5\n\n2.5\n\n\n", [1.5, NAN, 2.5]),
    case("rows of separators only", "x,y\n1.5,a\n,\n2.5,b\n", [1.5, NAN, 2.5]),
    # ---- rows of another shape
    case("a wide row", "id,x\nP0,1.5\nP1,2.5,note\nP2,3.5\n", refused="line 3 has 3 fields and the table"),
    case("a short row", "id,x\nP0,1.5\nP1\nP2,3.5\n", refused="line 3 has 1 field and the table"),
    case("a wide last row of numbers", "x,y\n1,2\n3,4\n5,6,7\n", refused="line 4 has 3 fields"),
    case(
        "values before a wider table", lines("x", *"1234", *["5,note"] * 9), refused="line 2 has 1 field and"
    ),
    case(
        "300 values and a total",
        lines("x", *map(str, range(300)), "Total,300"),
        [*range(300)],
        says=["Total,300"],
    ),
    case(
        "100 values and 200 with a note",
        lines("x", *map(str, range(100)), *(f"{i},note" for i in range(200))),
        refused="line 2 has 1 field and the table, which begins in line 102, 2",
    ),
    case(
        "a comma too many in the last of many rows",
        lines("x,comment", *(f"{i},ok" for i in range(300)), "1.5,ok, but late"),
        refused="line 302 has 3 fields",
    ),
    case(
        "wider rows at the end", lines(*["1,ok"] * 200, *["2,ok, hm"] * 100), refused="line 201 has 3 fields"
    ),
    case("names for fewer columns", "id,len\nP1,9,49\nP2,10,43\n", refused="line 1 has 2 names and the rows"),
    # ---- decimal commas and thousands
    case(
        "a decimal comma in one column",
        "x\n11,02\n9,4\n12\n",
        [11.02, 9.4, 12],
        says=["2 values are read with"],
    ),
    case("a decimal comma and tabs", "id\tx\n0\t11,02\n1\t9,40\n", [11.02, 9.4], says=["id counts the rows"]),
    case("quoted decimal commas", 'who,x\na,"1,5"\nb,"22,75"\n', [1.5, 22.75]),
    case("several columns of them", "a;b;c\n1,5;2,5;u\n3,25;4;v\n", [2.5, 4], column="b"),
    case("French blanks", "n;x\na;1 234,5\nb;987,25\n", [1234.5, 987.25], says=["a blank between thousands"]),
    case("French narrow blanks", "n;x\na;1\u202f234,5\nb;987,25\n", [1234.5, 987.25]),
    case("German points", "n;x\na;1.234,5\nb;987,25\nc;2.000.000,5\n", [1234.5, 987.25, 2000000.5]),
    case("Swiss apostrophes", "n;x\na;1'234,5\nb;987,25\n", [1234.5, 987.25]),
    case("Swiss apostrophes and points", "n;x\na;1’234.5\nb;987.25\n", [1234.5, 987.25]),
    case("Indian lakhs", 'n,x\na,"12,34,567"\nb,"1,23,456.5"\nc,"1,500"\n', [1234567, 123456.5, 1500]),
    case("thousands below a name", "x\n1,500\n2,000,000\n12\n", [1500, 2000000, 12]),
    case(
        "thousands from 1,000 on",
        lines("id,x", *(f'P{i},"{x}"' for i, x in enumerate([*HUNDREDS, "1,663"]))),
        [861, 687, 769, 545, 1663],
        says=["1 value is read with a comma between thousands, such as 1,663"],
    ),
    case(
        "a comma that may be either",
        'who,x\na,"1,234"\nb,"2,345"\n',
        refused="2 values such as '1,234' may be 1.234 or 1234 (line 2); say --decimal , or --decimal .",
    ),
    case(
        "said to be a decimal comma", 'w,x\na,"1,234"\nb,"2,5"\n', [1.234, 2.5], written=Written(decimal=",")
    ),
    case("said to be thousands", 'w,x\na,"1,234"\nb,"2,345"\n', [1234, 2345], written=Written(decimal=".")),
    case("German thousands said", "w;x\na;1.234\nb;2.345\n", [1234, 2345], written=Written(decimal=",")),
    case(
        "no such sign",
        "x\n1.5\n2.5\n",
        refused="'1.5' does not have a comma before",
        written=Written(decimal=","),
    ),
    case("a leading zero tells", "w;x\na;0,125\nb;1,234\n", [0.125, 1.234]),
    case("three decimals and two", "x\n1.234\n1.25\n", [1.234, 1.25]),
    case(
        "points of thousands beside a decimal comma",
        "mass;count\n3,75;1.234\n4,5;2.345\n",
        column="count",
        refused="2 values such as '1.234' may be 1.234 or 1234",
    ),
    case(
        "two conventions",
        'w,x\na,"1,5"\nb,2.5\n',
        refused="'1,5' and '2.5' have different signs before decimals",
    ),
    case("late thousands", lines("x", *["861"] * 2000, "1,663"), [861] * 2000 + [1663]),
    case("late decimal commas", lines("a;x", *["u;8"] * 2000, "u;1,5"), [8] * 2000 + [1.5]),
    case("exponents", "x\n1,5e3\n2,5E-1\n", [1500, 0.25]),
    case("a minus sign of printers", "x\n−1,5\n2,5\n", [-1.5, 2.5]),
    case("bare points", "x\n.5\n1.\n-.25\n+3\n", [0.5, 1, -0.25, 3]),
    # ---- units
    case(
        "units", "x\n12.4 mg\n13 mg\n", [12.4, 13], says=["2 values are read without 'mg', such as 12.4 mg"]
    ),
    case("units without a blank", "w,x\na,12.4mg\nb,13mg\n", [12.4, 13]),
    case("percent", "w,x\na,12.5%\nb,13 %\n", [12.5, 13], says=["without '%'"]),
    case("currency", 'w,x\na,"$1,234.50"\nb,$7.25\n', [1234.5, 7.25]),
    case("euros", "w;x\na;1.234,50 €\nb;7,25 €\n", [1234.5, 7.25]),
    case(
        "two units",
        "w,x\na,12.4 mg\nb,13 g\n",
        refused="different units, 'mg' and 'g', such as '13 g' (line 3)",
    ),
    case("units of some", "w,x\na,12.4 mg\nb,13\nc,1\n", refused="different units, 'mg' and none"),
    case("degrees", "x\n12,5 °C\n13 °C\n", [12.5, 13]),
    # ---- missing values and limits
    case(
        "words for missing",
        lines("w,x", *(f"a,{t}" for t in ["1.5", "n/a", "-", ".", "ND", "#N/A", "", "2"])),
        [1.5, *[NAN] * 6, 2],
        says=["4 cells are read as missing: n/a (1), - (1), . (1), ND (1)"],
    ),
    case(
        "a code for missing",
        "x\n1.5\n-999\n-999.00\n2\n",
        [1.5, NAN, NAN, 2],
        written=Written(na=("-999",)),
        says=["x: 2 values are -999, taken as missing"],
    ),
    case(
        "a code that does not occur",
        "x\n1.5\n2\n",
        [1.5, 2],
        written=Written(na=("-9",)),
        says=["0 values are -9"],
    ),
    case("a word that is a code", "x\n1.5\noops\n2\n", [1.5, NAN, 2], written=Written(na=("oops",))),
    case("limits", "w,x\na,1.5\nb,<0.5\nc,>100\n", refused="2 cells are limits such as '<0.5'"),
    case("only limits", "w,x\na,<1.5\nb,<0.5\n", refused="2 cells are limits"),
    case(
        "a word",
        "x\n1\n2\noops\n",
        refused="1 cell is not a number: 'oops' (line 4); correct it in the file, or take"
        " it for missing with --na oops",
    ),
    case(
        "a range of numbers", "w,x\na,1.5\nb,5-10\nc,2\n", refused="1 cell is not a number: '5-10' (line 3)"
    ),
    case("brackets for minus", "w,x\na,1.5\nb,(5)\nc,2\n", refused="1 cell is not a number: '(5)'"),
    case(
        "an id as the only numbers",
        lines("id,who", *(f"{i},a" for i in range(1, 12))),
        refused="id only counts the rows, choose a column with --column",
    ),
    case("an id said", lines("id,who", *(f"{i},a" for i in range(1, 12))), [*range(1, 12)], column="id"),
    case("the only column may count", lines("x", *map(str, range(1, 12))), [*range(1, 12)]),
    case("limits of detection in words", "w,x\na,1.5\nb,< LOD\nc,2\n", refused="1 cell is a limit: '< LOD'"),
    case("nearly a number", "w,x\na,1.5\nb,~2\nc,2\n", refused="correct it in the file"),
    case("digits of other scripts", "x\n١٢\n٣٤\n", refused="is text"),
    case("digits of other scripts among others", "x\n1.5\n2.5\n٣٤\n", refused="1 cell is not a number: '٣٤'"),
    case("JSON called CSV", '{"x": 1.5}\n{"x": 2.5}\n', [1.5, 2.5]),
    case("blanks before quotation marks", 'a, "x"\nu, "1.5"\nv, "2.5"\n', [1.5, 2.5]),
    case("a sum among the rows", "a,x\nu,1\nTotal,1\nv,2\n", [1, 1, 2], says=["line 3 may be a sum"]),
    case("no name", "x,y\n1,2\n", refused="the name of the column is empty", column=""),
]


@pytest.mark.parametrize(("content", "values", "says", "refused", "options"), CASES)
def test_files_of_all_habits(tmp_path, content, values, says, refused, options):
    path = tmp_path / "data.csv"
    path.write_bytes(content)
    notes = []
    if refused is not None:
        with pytest.raises(InputError) as caught:
            read_columns([str(path)], notes=notes, **options)
        assert refused in str(caught.value)
        assert str(path) in str(caught.value)
        return
    got = read_columns([str(path)], notes=notes, **options)
    assert got.values.tolist() == pytest.approx(values, rel=1e-15, nan_ok=True)
    for words in says:
        assert any(words in note for note in notes), notes


def test_a_number_among_names_is_nothing_to_say(tmp_path):
    path, notes = tmp_path / "data.csv", []
    path.write_text("sample,age,1s\nA,2.5,0.1\nB,3.5,0.2\n")
    assert read_columns([str(path)], column="age", notes=notes).values.tolist() == [2.5, 3.5]
    assert notes == []


@pytest.mark.parametrize("spell", [str, Path])
def test_in_python_what_is_special_is_a_warning(tmp_path, spell):
    path = tmp_path / "data.csv"
    path.write_text("who;size\na;1,5\nb;2,5\nc;-\nMean;2\n")
    with pytest.warns(mix1d.ReadingWarning) as caught:
        result = mix1d.fit(spell(path), 1, missing="drop")
    assert (result.n_obs, result.mixture.means.tolist()) == (2, [2.0])
    assert str(caught[0].message) == (
        "line 5, below the table, is left out: 'Mean;2'; size: 2 values are read with a decimal comma, such "
        "as 1,5; size: 1 cell is read as missing: -"
    )


def test_a_path_is_a_path_in_quotation_marks_too(tmp_path):
    path = tmp_path / "data.csv"
    path.write_text("x\n1.5\n2.5\n4\n")
    assert mix1d.fit(str(path), 1).log_likelihood == mix1d.fit(path, 1).log_likelihood
    with pytest.raises(FileNotFoundError):
        mix1d.fit(str(tmp_path / "nowhere.csv"), 1)
    with pytest.raises(InputError):
        mix1d.fit(["1.5", "2.5"], 1)


def test_in_python_advice_is_for_python(tmp_path):
    path = tmp_path / "data.csv"
    path.write_text('w,x\na,"1,234"\nb,"2,345"\n')
    with pytest.raises(InputError, match=r"may be 1.234 or 1234 \(line 2\); read it with pandas") as caught:
        mix1d.fit(path, 1)
    assert "--" not in str(caught.value)
    for option in re.findall(r'(decimal|thousands)=","', str(caught.value)):
        frame = pd.read_csv(path, **{option: ","})
        assert mix1d.fit(frame["x"], 1).n_obs == 2


def test_several_files_with_different_columns(tmp_path):
    first, second = tmp_path / "1.csv", tmp_path / "2.csv"
    first.write_text("x,y,who\n1,5,a\n2,6,b\n")
    second.write_text("who;x\na;1,5\nb;2,25\n")
    paths = [str(first), str(second)]
    notes = []
    assert read_columns(paths, column="x", notes=notes).values.tolist() == [1, 2, 1.5, 2.25]
    assert notes == [f"{second}: x: 2 values are read with a decimal comma, such as 1,5"]
    with pytest.raises(InputError, match=r"2.csv: column: no column 'y'; columns: who"):
        read_columns(paths, column="y")
    with pytest.raises(InputError, match=r"1.csv: 2 numeric columns, choose one with --column"):
        read_columns(paths)


def test_both_ways_of_reading_give_the_same(tmp_path, monkeypatch):
    """DuckDB reads plain files as they are; others are copied line by line. Every file can go either way."""
    rng = random.Random(4)
    for n in range(30):
        sign = rng.choice(",;\t|")
        rows = [["who", "x", "note"]]
        for i in range(rng.randint(1, 40)):
            note = rng.choice(["", "plain", f"with {sign} within", "two\nlines", 'a "word"', "# no comment"])
            rows.append([f"P{i}", repr(rng.gauss(0, 10)), note])
        path = tmp_path / f"{n}.csv"
        end = rng.choice(["\n", "\r\n"])
        with path.open("w", newline="") as file:
            csv.writer(file, delimiter=sign, lineterminator=end).writerows(rows)
        expected = [float(row[1]) for row in rows[1:]]
        assert read_columns([str(path)], column="x").values.tolist() == expected
        with monkeypatch.context() as patch:
            patch.setattr("mix1d.sources.textual.layout_of", lambda *a: replace(layout_of(*a), simple=False))
            assert read_columns([str(path)], column="x").values.tolist() == expected


def test_rows_that_duckdb_does_not_return_are_missed(tmp_path, monkeypatch):
    path = tmp_path / "data.csv"
    path.write_text("x,y\n" + "1.5,a\n" * 50)
    monkeypatch.setattr("mix1d.sources.textual.counted", lambda raw, casts: (49, [(49, 0)] * len(casts)))
    with pytest.raises(InputError, match="49 of 50 rows were read"):
        read_columns([str(path)], column="x")


def test_lines_are_numbered_as_in_the_file(tmp_path):
    path = tmp_path / "data.csv"
    head = '# one\n# two\nTitle\n\nwho,x\n"a\nb",1\n\n# three\nc,2\n'
    path.write_text(head + "d,oops\n")
    with pytest.raises(InputError, match=r"'oops' \(line 11\)"):
        read_columns([str(path)])
    path.write_text(head + "d,1,2\ne,4\n")
    with pytest.raises(InputError, match=r"line 11 has 3 fields and the table, which begins in line 6, 2"):
        read_columns([str(path)])


def test_blocks_of_bytes_have_no_seams(tmp_path, monkeypatch):
    """Marks, line ends and characters that lie across two blocks are seen."""
    texts = [
        "who,x\r\nä,1.5\r\nö,2.5\r\n",
        "who,x\rä,1.5\rö,2.5\r",
        "#c\nwho,x\nä,1.5\n#d\nö,2.5",
        "\ufeffwho,x\nä,1.5\nö,2.5\n",
    ]
    for text in texts:
        for encoding in ("utf-8", "latin-1", "utf-16", "utf-16-le"):
            if encoding == "latin-1" and text.startswith("\ufeff"):
                continue
            path = tmp_path / "data.csv"
            path.write_bytes(text.encode(encoding))
            for block in (1, 2, 3, 5, 7, 64):
                monkeypatch.setattr("mix1d.sources.text._BLOCK", block)
                assert read_columns([str(path)], column="x").values.tolist() == [1.5, 2.5], (text, encoding)


CASES_OF_PEOPLE = DATA / "reading"


@pytest.mark.parametrize("path", sorted(CASES_OF_PEOPLE.glob("*.*")), ids=lambda path: path.name)
def test_files_as_they_came(path):
    expected = json.loads((CASES_OF_PEOPLE / "expected" / f"{path.name}.json").read_text())
    notes = []
    if "refused" in expected:
        with pytest.raises(InputError) as caught:
            read_columns([str(path)], notes=notes)
        assert expected["refused"] in str(caught.value)
        return
    got = read_columns([str(path)], column=expected.get("column"), notes=notes)
    assert len(got.values) == expected["n"]
    assert np.sum(got.values) == pytest.approx(expected["sum"], rel=1e-12)
    assert [got.values[0], got.values[-1]] == expected["ends"]
    assert notes == expected["notes"]
