"""Landmarks and helplines: what has a place, and who answers in which language."""

from geo.pipeline.geocoding.area_join import dong_if_placed
from geo.pipeline.sources import boundaries, helplines, landmarks


def test_thirteen_of_the_landmarks_have_a_point(data):
    frame = landmarks.read_landmarks(data).frame
    assert len(frame) == 27
    assert frame.geometry.notna().sum() == 13
    assert (frame.geometry.notna() == frame["accuracy_m"].notna()).all()
    assert (frame.geometry.notna() == frame["position_basis"].notna()).all()


def test_a_landmark_without_a_point_is_in_no_dong_that_is_known(data):
    codes = dong_if_placed(landmarks.read_landmarks(data).frame, boundaries.read_dong(data).frame)
    assert codes["kidaria"] == "4127354500"  # on the wall of 부부로 43, Wongok-dong
    assert codes[["exit-1", "mosque"]].isna().all()


def test_helplines_are_known_by_the_number_to_dial(data):
    features = helplines.read_helplines(data)
    assert (features.read, len(features.frame)) == (24, 24)
    assert (features.frame.index == features.frame["number"]).all()
    assert features.frame.geometry.isna().all()


def test_the_danuri_line_answers_in_thirteen_languages_round_the_clock(data):
    line = helplines.read_helplines(data).frame.loc["1577-1366"]
    assert len(line["languages"]) == 13
    assert "fil" in line["languages"]  # which Korean offices write tl
    assert line["opening_hours"] == "24/7"


def test_what_is_not_known_of_a_line_is_unknown(data):
    frame = helplines.read_helplines(data).frame
    assert frame.loc["1666-1234", ["opening_hours", "hours_note", "cost"]].isna().all()
    assert frame.loc["119", "cost"] == "free"
    assert frame.loc["1644-0644", "languages"] == ()
