"""How long the answer is, and whether it contradicts itself: `print(result)` on real columns.

    python bench/answers.py columns.parquet [--every 2] [--texts answers.txt]

Counted are the words before the
picture (the bottom line and what was left out), the lines of the whole answer where there are at most four
groups, and the contradictions that `tests/contradictions.py` finds. The promise: 60 words at the median, 100
at most, 50 lines, no contradiction.
"""

import argparse
import statistics
import sys
from pathlib import Path

import mix1d
from real_columns import columns_of

sys.path.append(str(Path(__file__).parent.parent / "tests"))

from contradictions import contradictions


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("columns", type=Path)
    parser.add_argument("--every", type=int, default=1, help="of the columns, only each of this number")
    parser.add_argument("--texts", type=Path, help="where to write the answers")
    given = parser.parse_args()
    words, lines, wrong, texts = {}, {}, {}, []
    for name, x in list(columns_of(given.columns).items())[:: given.every]:
        result = mix1d.fit(x, name=name.replace("\t", "."))
        text = str(result)
        texts.append(text)
        words[name] = len(text.split("\n\n")[0].split())
        if len(result.mixture.weights) <= 4:
            lines[name] = len(text.splitlines())
        if found := contradictions(result):
            wrong[name] = found
    if given.texts:
        given.texts.write_text("\n\n".join(texts) + "\n")
    for what, counts, most in (("words before the picture", words, 100), ("lines", lines, 50)):
        worst = max(counts, key=counts.get)
        kept = "kept" if counts[worst] <= most else "MISSED"
        median = statistics.median(counts.values())
        print(f"{what}, {len(counts)} columns: median {median:g}, most {counts[worst]} ({worst!r}): {kept}")
    print(f"contradictions: {len(wrong)} of {len(words)} columns")
    for name, found in wrong.items():
        print(f"  {name!r}: {'; '.join(found)}")


if __name__ == "__main__":
    main()
