"""Whatever speaks Arrow goes in, and results go out into it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import cleanse
from cleanse.errors import UsageError
from tests.adapters.pages import pages, removed

if TYPE_CHECKING:
    from collections.abc import Iterator

pl = pytest.importorskip("polars", reason="polars is in the extra dev")
pd = pytest.importorskip("pandas", reason="pandas is in the extra dev")

TABLE = pa.Table.from_pylist(pages())


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> cleanse.Result:
    folder = tmp_path_factory.mktemp("arrow")
    pq.write_table(TABLE, folder / "pages.parquet")
    return cleanse.run(folder / "pages.parquet", folder / "out")


def found(make: Any) -> dict[str, Any]:
    """What is stripped of the pages that are made, and what is removed."""
    return {
        "each": [page.text for page in cleanse.strip_each(make())],
        "all": [page.text for page in cleanse.strip_all(make())],
        "removed": removed(make()),
    }


@pytest.fixture(scope="module")
def expected() -> dict[str, Any]:
    return found(pages)


def lazily() -> Iterator[dict[str, Any]]:
    yield from pages()


@pytest.mark.parametrize(
    "make",
    [
        lambda: TABLE,
        TABLE.to_reader,
        lambda: pl.from_arrow(TABLE),
        lambda: pl.from_arrow(TABLE).with_columns(pl.col("id").cast(pl.Categorical)),
        TABLE.to_pandas,
        lambda: duckdb.from_arrow(TABLE),
        lazily,
    ],
    ids=["table", "reader", "polars", "polars_categories", "pandas", "duckdb", "generator"],
)
def test_every_kind_of_table_gives_the_same(make: Any, expected: dict[str, Any]) -> None:
    assert found(make) == expected


@pytest.mark.parametrize(
    "frame",
    [
        pd.DataFrame({"id": [1, "x2", 3], "text": ["One text."] * 3, "extra": [1, 2, 3]}),
        pd.DataFrame({"text": ["One text."] * 2, "extra": [{"a": 1}, "b"]}),
        pd.DataFrame([["One text.", "Another."]], columns=["text", "text"]),
    ],
    ids=["mixed ids", "mixed values", "two columns of one name"],
)
def test_a_frame_that_is_no_table_is_not_the_names_of_its_columns(frame: pd.DataFrame) -> None:
    with pytest.raises(UsageError, match="documents: "):
        list(cleanse.strip_all(frame))
    with pytest.raises(UsageError, match="documents: "):
        cleanse.find_duplicates(frame)


def test_a_frame_that_knows_no_arrow_is_not_the_names_of_its_columns() -> None:
    class DataFrame:
        """As pandas before 2.2 has it."""

        columns = ("id", "text")

        def __iter__(self) -> Iterator[str]:
            return iter(self.columns)

    with pytest.raises(UsageError, match=r"documents: expected .*, not DataFrame"):
        list(cleanse.strip_all(DataFrame()))


@pytest.mark.parametrize("none", [pd.NA, float("nan"), pd.NaT, None])
def test_what_stands_for_none_is_none(none: object) -> None:
    text = "One text of some words, which is enough."
    (page,) = cleanse.strip_all([{"id": none, "html": none, "text": text, "source": none}])
    assert page.text == text
    with pytest.raises(UsageError, match=r"documents\[0\]: field 'text' is null"):
        list(cleanse.strip_all([{"text": none}]))


@pytest.mark.parametrize("make", [lambda: pl.from_arrow(TABLE)["text"], lambda: TABLE.to_pandas()["text"]])
def test_a_column_is_documents(make: Any) -> None:
    assert [page.text for page in cleanse.strip_each(make())] == [
        page.text for page in cleanse.strip_each([page["text"] for page in pages()])
    ]


def test_a_missing_text_is_named() -> None:
    frame = pd.DataFrame({"text": ["one", None]})
    with pytest.raises(UsageError, match=r"documents\[1\]: field 'text' is null"):
        cleanse.strip_all(frame)


def test_results_are_tables_elsewhere(result: cleanse.Result) -> None:
    ids = result.corpus["id"].to_pylist()
    assert ids
    assert pl.DataFrame(result)["id"].to_list() == ids
    assert pa.table(result).equals(result.corpus)
    assert duckdb.sql("SELECT id FROM result").fetchall() == [(name,) for name in ids]


def test_a_corpus_goes_in_again_and_loses_nothing(result: cleanse.Result) -> None:
    assert removed(result) == {}


def test_duplicates_are_the_table_of_what_is_removed() -> None:
    duplicates = cleanse.find_duplicates(pages())
    assert duplicates.removed.num_rows > 0
    assert pl.DataFrame(duplicates).to_dicts() == duplicates.removed.to_pylist()
    assert duckdb.sql("SELECT count(*) FROM duplicates").fetchall() == [(duplicates.removed.num_rows,)]
    for table in (duplicates.clusters, duplicates.matches):
        assert pl.from_arrow(table).height == table.num_rows


@pytest.mark.parametrize("empty", [pa.table({"text": pa.array([], pa.null())}), pl.DataFrame({"text": []})])
def test_no_rows_are_no_documents_whatever_their_type(empty: Any) -> None:
    assert cleanse.find_duplicates(empty).documents == 0
    assert cleanse.strip_all(empty) == []


def test_text_that_no_row_has_is_named_row_by_row() -> None:
    with pytest.raises(UsageError, match="field 'text' is null"):
        cleanse.find_duplicates(pa.table({"text": pa.array([None, None], pa.null())}))
