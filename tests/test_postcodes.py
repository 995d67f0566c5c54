"""`load_postcodes` reads what councils have, replaces everything or nothing, and says what it left out."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import zipfile
from contextlib import suppress
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from directory import postcodes
from directory.models import MapCell, OutwardCode, Postcode, PostcodeLoad
from directory.places import find_place

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared" / "data" / "codepoint-open"
USK = '"NP15 1AD",10,337770,200564,"W92000004","","W11000028","","W06000021","W05001777"'
USK_TOO = '"NP15 1AA",10,337780,201017,"W92000004","","W11000028","","W06000021","W05001777"'
BRISTOL = '"BS1  1AA",10,358900,172900,"E92000001","","E18000010","","E06000023","E05001777"'
HEADER = "pcd,pcds,dointr,doterm,oslaua,oseast1m,osnrth1m"


def load(path=None):
    out = StringIO()
    call_command("load_postcodes", *([str(path)] if path else []), stdout=out, verbosity=0)
    return out.getvalue()


@pytest.fixture
def codepoint(tmp_path):
    """Writes a folder as Ordnance Survey ships it: rows of np.csv, and Bristol in bs.csv."""

    def write(*rows, encoding="utf-8"):
        folder = tmp_path / "codepo_gb"
        for name, text in {"np": "\r\n".join(rows), "bs": BRISTOL}.items():
            file = folder / "Data" / "CSV" / f"{name}.csv"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text + "\r\n", encoding=encoding)
        licence = folder / "Doc" / "licence.txt"
        licence.parent.mkdir(exist_ok=True)
        licence.write_bytes(b"Contains Ordnance Survey data \xa9 Crown copyright and database right 2024.")
        return folder

    return write


@pytest.fixture
def directory_csv(tmp_path):
    def write(*rows, header=HEADER, name="ONSPD_NOV_2025_UK.csv"):
        file = tmp_path / "Data" / name
        file.parent.mkdir(exist_ok=True)
        file.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8-sig")
        return file

    return write


def zipped(folder):
    path = folder.with_suffix(".zip")
    with zipfile.ZipFile(path, "w") as archive:
        for file in sorted(folder.rglob("*.*")):
            archive.write(file, file.relative_to(folder))
    return path


@pytest.fixture
def loaded(db, codepoint):
    """Usk and Bristol are there already."""
    load(codepoint(USK))


def codes():
    return sorted(Postcode.objects.values_list("code", flat=True))


def test_a_folder_as_ordnance_survey_ships_it(db, codepoint):
    assert "Loaded 3 postcodes from codepo_gb." in load(codepoint(USK, USK_TOO))
    usk = Postcode.objects.get(code="NP151AD")
    assert (usk.easting, usk.northing, usk.area_code) == (337770, 200564, "W06000021")
    assert codes() == ["BS11AA", "NP151AA", "NP151AD"]


def test_a_zip_as_ordnance_survey_ships_it(db, codepoint):
    assert "Loaded 2 postcodes from codepo_gb.zip." in load(zipped(codepoint(USK)))


def test_loading_again_changes_nothing(loaded, codepoint):
    before = list(Postcode.objects.order_by("code").values()), list(MapCell.objects.order_by("row", "column").values())
    load(codepoint(USK))
    after = list(Postcode.objects.order_by("code").values()), list(MapCell.objects.order_by("row", "column").values())
    assert [list(map(without_id, rows)) for rows in before] == [list(map(without_id, rows)) for rows in after]


def without_id(row):
    return {key: value for key, value in row.items() if key != "id"}


def test_a_load_replaces_what_was_there(loaded, codepoint):
    load(codepoint(USK_TOO))
    assert codes() == ["BS11AA", "NP151AA"]


def test_a_load_leaves_its_outward_codes_its_map_and_a_row_with_the_attribution(loaded):
    np15, bs1 = OutwardCode.objects.get(code="NP15"), OutwardCode.objects.get(code="BS1")
    assert (np15.easting, np15.northing, np15.inside, bs1.inside) == (337770, 200564, True, False)
    assert MapCell.objects.get(inside=True).postcodes == 1
    done = PostcodeLoad.objects.get()
    assert (done.rows, done.skipped) == (2, 0)
    assert "Contains OS data © Crown copyright and database right 2024." in done.attribution


def test_an_outward_code_lies_in_the_middle_of_its_units(db, codepoint):
    load(codepoint(USK, USK_TOO))
    middle = OutwardCode.objects.get(code="NP15")
    assert (middle.easting, middle.northing) == (337775, round((200564 + 201017) / 2))


BAD_ROWS = {
    '"NP15",10,337770,200564,"","","","","W06000021",""': postcodes.NOT_A_POSTCODE,
    '"NP15 1AE",90,0,0,"","","","","W06000021",""': postcodes.NO_POSITION,
    '"NP15 1AE",10,,,"","","","","W06000021",""': postcodes.NO_POSITION,
    '"NP15 1AE",10,abc,200564,"","","","","W06000021",""': postcodes.NO_POSITION,
    '"NP15 1AE",10,nan,1e999,"","","","","W06000021",""': postcodes.NO_POSITION,
    '"NP15 1AE",10,-5,200564,"","","","","W06000021",""': postcodes.OFF_GRID,
    '"NP15 1AE",10,337770,9200564,"","","","","W06000021",""': postcodes.OFF_GRID,
    '"BT1 1AA",10,334316,374675,"","","","","N09000003",""': postcodes.IRISH,
    '"NP15 1AE",10,337770': postcodes.COLUMNS,
    '"NP15 1AE,10,337770,200564,"",""': postcodes.COLUMNS,
    "\x00\x00,,,": postcodes.COLUMNS,
    "ŵ" * 20_000: postcodes.COLUMNS,
    USK: postcodes.TWICE,
}


@pytest.mark.parametrize("row", BAD_ROWS)
def test_a_row_that_cannot_be_used_is_skipped_and_counted(db, codepoint, row):
    said = load(codepoint(row, USK, USK_TOO, *(USK_TOO.replace("1AA", f"2A{c}") for c in "ABDEFG")))
    assert BAD_ROWS[row] in said
    assert "Loaded 9 postcodes" in said
    assert "NP151AD" in codes()


def test_a_council_that_is_no_code_is_left_empty(db, codepoint):
    load(codepoint(USK.replace("W06000021", "W06000021 and more"), USK_TOO))
    assert Postcode.objects.get(code="NP151AD").area_code == ""


def test_an_ons_directory_skips_what_is_no_longer_in_use(db, directory_csv):
    current = '"NP151AD","NP15 1AD",198001,,"W06000021",337770,200564'
    ended = '"NP151AE","NP15 1AE",198001,199606,"W06000021",337770,200564'
    said = load(directory_csv(current, ended))
    assert "Loaded 1 postcodes from ONSPD_NOV_2025_UK.csv." in said
    assert "Skipped 1: no longer in use." in said
    assert "database right 2025. Source: Office for National Statistics" in said


def test_an_ons_directory_of_newer_column_names_in_a_folder_or_a_zip(db, directory_csv):
    header = "pcd7,pcd8,pcds,dointr,doterm,lad25cd,east1m,north1m"
    row = "NP151AD,NP15 1AD,NP15 1AD,198001,,W06000021,337770,200564"
    folder = directory_csv(row, header=header).parent.parent
    assert "Loaded 1 postcodes" in load(folder)
    assert Postcode.objects.get().area_code == "W06000021"
    assert "Loaded 1 postcodes" in load(zipped(folder))


def test_an_ons_directory_cut_into_areas_is_read_once(db, directory_csv):
    row = "NP151AD,NP15 1AD,198001,,W06000021,337770,200564"
    file = directory_csv(row)
    areas = file.parent / "multi_csv"
    areas.mkdir()
    (areas / "ONSPD_NOV_2025_UK_NP.csv").write_text(f"{HEADER}\n{row}\n")
    assert "stands twice" not in load(file.parent.parent)


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("nothing-here.zip", None, "does not exist"),
        ("cats.csv", b"name,age\nTibs,4\n", "holds no postcodes"),
        ("photo.csv", bytes(range(256)) * 200, "holds no postcodes"),
        ("empty.csv", b"", "holds no postcodes"),
        ("wide.csv", "\n".join([USK] * 3).encode("utf-16"), "holds no postcodes"),
        ("broken.zip", b"PK\x03\x04 this is no zip", "holds no postcodes"),
        ("np.csv", USK.encode(), "give the folder or zip it came in"),
        ("ONSPD.csv", b"pcds,doterm\nNP15 1AD,\n", "has no column oseast1m"),
        ("ONSPD.csv", f"{HEADER}\n".encode(), "holds no postcode that can be used"),
        ("ONSPD.csv", f"{HEADER}\nNP151AD,NP15 1AD,1,,W06000021,337770,200564\na\nb\n".encode(), "cannot be read"),
    ],
)
def test_a_wrong_file_stops_with_one_sentence_and_changes_nothing(loaded, tmp_path, name, content, says):
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(CommandError) as error:
        load(tmp_path / name)
    assert says in str(error.value)
    assert "\n" not in str(error.value)
    assert codes() == ["BS11AA", "NP151AD"]
    assert PostcodeLoad.objects.count() == 1


def test_an_empty_folder_stops_with_one_sentence(loaded, tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(CommandError, match="holds no postcodes; give a Code-Point Open folder"):
        load(tmp_path / "empty")


def test_a_zip_damaged_in_the_middle_changes_nothing(loaded, codepoint):
    path = zipped(codepoint(*(USK.replace("1AD", f"{n}A{c}") for n in range(10) for c in "ABDEFGHJ")))
    content = bytearray(path.read_bytes())
    content[content.index(b"NP15 5AB")] ^= 0xFF
    path.write_bytes(content)
    with pytest.raises(CommandError, match="cannot be read"):
        load(path)
    assert codes() == ["BS11AA", "NP151AD"]


def test_a_zip_damaged_anywhere_is_read_or_is_a_wrong_file(codepoint):
    path = zipped(codepoint(USK, USK_TOO))
    whole = path.read_bytes()
    for at in range(0, len(whole), 7):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :])
        with suppress(postcodes.WrongFile):
            list(postcodes.open_source(path).rows())


def test_a_zip_whose_list_of_files_is_damaged_is_told(loaded, codepoint):
    path = zipped(codepoint(USK))
    content = path.read_bytes()
    path.write_bytes(content.replace(b"PK\x01\x02", b"PK\x09\x09"))
    with pytest.raises(CommandError, match=r"cannot be read \(.*\); fetch it again"):
        load(path)
    assert codes() == ["BS11AA", "NP151AD"]


def test_postcodes_that_hold_none_of_the_area_are_refused(loaded, directory_csv):
    bristol = '"BS11AA","BS1 1AA",198001,,"E06000023",358900,172900'
    with pytest.raises(CommandError, match="holds no postcode of W06000021"):
        load(directory_csv(bristol))
    assert codes() == ["BS11AA", "NP151AD"]
    assert OutwardCode.objects.filter(inside=True).exists()


if connection.vendor == "postgresql":  # SQLite has one writer at a time; where it is not, nothing counts as skipped

    def test_a_second_load_at_once_is_refused(transactional_db, codepoint):
        load(codepoint(USK))
        another = connection.copy()
        with another.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(hashtext('load_postcodes'))")
            with pytest.raises(CommandError, match="Another load of postcodes is running; try again when it is done"):
                load(codepoint(USK_TOO))
        another.close()
        assert codes() == ["BS11AA", "NP151AD"]
        load(codepoint(USK_TOO))
        assert codes() == ["BS11AA", "NP151AA"]


SECOND_LOAD = """
import sys, django
from django.conf import settings
settings.DATABASES["default"]["OPTIONS"]["timeout"] = 0.2
django.setup()
from django.core.management import call_command
call_command("load_postcodes", sys.argv[1], verbosity=0)
"""


def test_a_load_while_something_else_writes_is_told_on_sqlite(tmp_path, empty_database, codepoint):
    file = shutil.copy(empty_database, tmp_path)
    env = {**os.environ, "DATABASE_URL": f"sqlite:///{file}", "VAR_DIR": str(tmp_path)}
    with sqlite3.connect(file, isolation_level=None) as another:
        another.execute("BEGIN IMMEDIATE")
        command = [sys.executable, "-c", SECOND_LOAD, codepoint(USK)]
        ran = subprocess.run(command, env=env, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert ran.returncode
    assert ran.stderr.splitlines()[-1].endswith("Something else is writing to the database; try again when it is done")


def test_a_failure_after_the_rows_puts_the_old_ones_back(loaded, codepoint, monkeypatch):
    monkeypatch.setattr("directory.basemap.build", lambda: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        load(codepoint(USK_TOO))
    assert codes() == ["BS11AA", "NP151AD"]
    assert OutwardCode.objects.count() == 2


def test_the_installed_package_is_filtered_to_the_area_and_twenty_miles(db):
    said = load()
    assert 6_000 < Postcode.objects.filter(area_code="W06000021").count() < 7_000
    assert Postcode.objects.filter(code="CF101AA").exists()
    assert not Postcode.objects.filter(code__in=["SW1A1AA", "AB101AA", "EX11AA"]).exists()
    usk = Postcode.objects.get(code="NP151AD")
    assert (usk.easting, usk.northing) == (337770, 200564)
    assert "further than 20 miles" in said


def test_an_area_that_is_not_in_the_package_is_named(db, settings, monkeypatch):
    monkeypatch.setattr(postcodes, "package_files", list)
    with pytest.raises(CommandError, match="has nothing in W06000021; mend the scheme's area_code"):
        load()


def test_squares_near_the_area_take_in_every_point_within_reach():
    near = postcodes.spread({(0, 0)}, 4_000)
    assert {(2, 0), (-2, 0), (0, 2), (2, 2)} <= near
    assert (4, 0) not in near


if SHARED.exists():  # lent beside the repository, not part of it; where it is not, nothing counts as skipped

    def test_the_three_areas_of_code_point_open_are_28072_rows(db):
        assert "Loaded 28,072 postcodes from codepoint-open." in load(SHARED)
        assert "Skipped" not in load(SHARED)


def test_a_load_killed_halfway_leaves_the_old_postcodes(tmp_path, empty_database, codepoint):
    file = shutil.copy(empty_database, tmp_path)
    env = {**os.environ, "DATABASE_URL": f"sqlite:///{file}", "VAR_DIR": str(tmp_path)}
    manage = [sys.executable, str(ROOT / "manage.py")]
    subprocess.run([*manage, "load_postcodes", codepoint(USK), "--verbosity=0"], env=env, check=True, timeout=60)
    big = [USK.replace("NP15 1AD", f"NP{a}{b} {n}{c}{d}") for a in range(1, 10) for b in range(10) for n in range(10)
           for c in "ABDEFGHJLNPQRSTUWXYZ" for d in "ABDEFGHJLNPQRSTUWXYZ"]  # fmt: skip
    load = subprocess.Popen([*manage, "load_postcodes", codepoint(*big)], env=env, stderr=subprocess.DEVNULL)
    wal = tmp_path / "db.sqlite3-wal"
    while load.poll() is None and not (wal.exists() and wal.stat().st_size > 1_000_000):
        time.sleep(0.02)
    assert load.poll() is None, "the load had finished before it could be killed"
    load.send_signal(signal.SIGKILL)
    load.wait()
    count = "from directory.models import Postcode; print(Postcode.objects.count())"
    said = subprocess.run(
        [*manage, "shell", "-v0", "-c", count], env=env, capture_output=True, text=True, timeout=60, check=True
    )
    assert said.stdout.strip() == "2"


def test_what_was_loaded_is_found(loaded):
    spot = find_place("np151ad")
    assert (spot.label, spot.easting, spot.inside) == ("NP15 1AD", 337770, True)
