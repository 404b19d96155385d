"""A class's run in a student's own lab: the phone gives a link, that lab trains and hands in, the wall counts it."""

from urllib.parse import parse_qsl, urlsplit

import pytest

from core import runs
from core.optimizers import sweep
from core.rooms import attendance, deal, room, seat
from core.rooms.work import work_of
from core.runs import experiments
from core.specs import SGDSpec
from core.together import class_run, hand_in, own_result
from core.together import ticket as tickets
from core.together.kinds import LEARNING_RATE
from pages.shared.frame.engine import engine


@pytest.fixture
def code(home, small):
    """A room of the teacher "tea", in which Ann and Ben hold one rate each."""
    if not engine().teacher.is_teacher("tea"):
        engine().teacher.admit(engine().teacher.made_up, "tea")
    code = room.open_room("tea")
    for person in ("ann", "ben"):
        seat.join(code, person)
    base = small(optimizer=SGDSpec(), n_epochs=1)
    class_run.begin(
        engine(), code, "tea", LEARNING_RATE, base, LEARNING_RATE.members(base, sweep.grid(0.1, 0.5))
    )
    yield code
    for person in ("ann", "ben"):
        attendance.gone(code, person)


def texts(at):
    kinds = (at.markdown, at.info, at.success, at.warning, at.error, at.subheader, at.caption, at.get("html"))
    return "\n".join(str(each.value) for kind in kinds for each in kind).replace("\\", "")


def labels(at):
    return [each.label for each in at.button]


def links(at):
    """What the page's link buttons lead to: their words to page, address and parameters."""
    found = {}
    for each in at.get("link_button"):
        url = urlsplit(each.proto.url)
        parameters = dict(parse_qsl(url.query))
        found[each.proto.label.replace("\\", "")] = (f"{url.scheme}://{url.netloc}", url.path, parameters)
    return found


def to_own_lab(visit, code, person):
    """What the phone's link gives along."""
    at = visit("70_Room", person=person, room=code)
    assert not at.exception
    return links(at)["Open my lab with this run"]


def test_from_the_phone_to_the_wall(visit, code, wait_until):
    address, path, parameters = to_own_lab(visit, code, "ben")
    assert (address, path) == ("http://localhost:8501", "/Room")
    assert {name: parameters[name] for name in ("dataset", "n_train", "n_test")} == {
        "dataset": "Shapes-10", "n_train": "200", "n_test": "100"
    }  # fmt: skip

    own = visit("70_Room", person="me", **parameters)
    assert "learning rate 0.2" in texts(own)
    assert "Hand it in" not in str(links(own))
    assert all(not run.belongs_to("me") for run in runs.all_runs())  # nothing trains before a press
    own.button(key="train").click().run()
    run = runs.open_run(own.query_params["run"])
    assert run.spec == tickets.read(parameters["ticket"]).spec == experiment_of(code).runs[1].spec
    wait_until(lambda: run.status.is_finished and not run.is_being_written, "it is trained")
    assert not own.run().exception
    address, path, back = links(own)[f"Hand it in to room {code}"]
    assert (path, back["room"]) == ("/Room", code)

    laptop = visit("70_Room", person="me", **back)  # which has no seat
    assert not laptop.exception
    accuracy = f"{run.result['test_accuracy']:.1%}"
    assert f"Handed in to the room “{code}”: learning rate 0.2, test accuracy {accuracy}" in texts(laptop)
    assert "result" not in laptop.query_params
    assert laptop.query_params["room"] == code
    laptop.run()
    assert "Handed in" in texts(laptop)  # until it is closed
    laptop.button(key="room_handed_close").click().run()
    assert "Handed in" not in texts(laptop)

    phone = visit("70_Room", person="ben", room=code)
    assert f"Handed in from a student's own lab. Test accuracy: **{accuracy}**" in texts(phone)
    assert "Train" not in labels(phone)
    wall = visit("70_Room", person="tea", room=code)
    assert "1 of 3 runs started, 1 ended, 1 handed in from students' own labs" in texts(wall)
    assert "1 of 3 learning rates. Smallest training loss so far" in texts(wall)
    assert "1 result of students' own labs: trained elsewhere, on 1 thread; not run again here." in texts(wall)
    assert f"<span>{accuracy}</span><span>own lab</span>" in texts(wall)

    made = experiment_of(code)
    next(each for each in wall.button if "Run again here" in each.label).click().run()
    wait_until(lambda: made.runs[1].status.is_finished and not made.runs[1].is_being_written, "it is trained here")
    assert not wall.run().exception
    assert "1 result of students' own labs: trained again here, the same bit for bit." in texts(wall)
    assert "<span>own lab</span>" not in texts(wall)
    assert "Run again" not in str(labels(wall))


def experiment_of(code):
    return experiments.open_experiment(work_of(code, "tea").experiment)


def test_a_ticket_that_comes_again_finds_what_was_trained_before(visit, code, wait_until):
    _, _, parameters = to_own_lab(visit, code, "ann")
    own = visit("70_Room", person="me", **parameters)
    own.button(key="train").click().run()
    run = runs.open_run(own.query_params["run"])
    wait_until(lambda: run.status.is_finished and not run.is_being_written, "it is trained")
    again = visit("70_Room", person="me", **parameters)
    assert f"Hand it in to room {code}" in links(again)
    assert again.query_params["run"] == run.id
    _, _, others = to_own_lab(visit, code, "ben")  # another run: nothing to hand in yet
    assert "Hand it in" not in str(links(visit("70_Room", person="me", **others)))
    assert "Hand it in" not in str(links(visit("70_Room", person="somebody", **parameters)))


def test_a_run_with_other_settings_is_not_offered(visit, code, wait_until):
    _, _, mine = to_own_lab(visit, code, "ann")
    _, _, others = to_own_lab(visit, code, "ben")
    own = visit("70_Room", person="me", **mine)
    own.button(key="train").click().run()
    run_id = own.query_params["run"]
    wait_until(lambda: runs.open_run(run_id).status.is_finished, "it is trained")
    at = visit("70_Room", person="me", **(others | {"run": run_id}))
    assert not at.exception
    assert "Hand it in" not in str(links(at))


def test_the_address_of_the_own_lab_can_be_another(visit, code):
    at = visit("70_Room", person="ann", room=code)
    field = next(each for each in at.text_input if "Address of your lab" in each.label)
    field.set_value("http://192.168.1.7:8601/").run()
    assert links(at)["Open my lab with this run"][0] == "http://192.168.1.7:8601"
    assert at.code[0].value.startswith("http://192.168.1.7:8601/Room?")
    for wrong in ("javascript:alert(1)", "localhost:8501", "http://a/b?c", ""):
        field.set_value(wrong).run()
        assert not at.exception
        assert "The address of a lab looks like" in texts(at)
        assert links(at) == {}


def test_a_result_that_is_refused_says_why_and_goes_out_of_the_address(visit, code):
    for text in ("", "x", "a.b", "<script>alert(1)</script>", "\u202e\x00", "A" * 50_000, "é.é", "{}.{}", "A.A,A.A"):
        at = visit("70_Room", person="me", room=code, result=text)
        assert not at.exception
        assert "Not handed in." in texts(at)
        assert "result" not in at.query_params
    for room_code in ("", "zzzzz", "../.."):
        at = visit("70_Room", person="me", room=room_code, result="a.b")
        assert not at.exception
        assert "Not handed in." in texts(at)
    assert all(part.is_free for part in deal.parts(code, "tea"))


def test_a_ticket_that_is_none_is_a_sentence(visit, code):
    for text in ("", "x", "{}", "<script>alert(1)</script>", "\u202e\x00", "A" * 50_000, "é"):
        at = visit("70_Room", person="me", ticket=text)
        assert not at.exception
        assert len(at.error) == 1
        assert "Train" not in labels(at)


def test_a_lab_without_the_pictures_says_so(visit, code):
    held = deal.hand(code, "ann")
    given = hand_in.ticket_for(code, "ann", held, "http://localhost:8501/Room")
    data = given.spec.data.model_copy(update={"dataset": "own-" + "0" * 40})
    other = tickets.Ticket(**(vars(given) | {"spec": given.spec.model_copy(update={"data": data})}))
    at = visit("70_Room", person="me", ticket=tickets.write(other))
    assert not at.exception
    assert "This lab does not have the pictures." in texts(at)
    assert "Train" not in labels(at)


def test_a_long_run_says_what_its_link_leaves_out(visit, code, small, wait_until):
    """1,000 batches: more than an address has room for."""
    held = deal.hand(code, "ann")
    given = hand_in.ticket_for(code, "ann", held, "http://localhost:8501/Room")
    spec = given.spec.model_copy(update={"batch_size": 2, "n_epochs": 12})
    other = tickets.Ticket(**(vars(given) | {"spec": spec}))
    at = visit("70_Room", person="me", ticket=tickets.write(other))
    at.button(key="train").click().run()
    run = runs.open_run(at.query_params["run"])
    wait_until(lambda: run.status.is_finished and not run.is_being_written, "it is trained")
    assert "A link has no room for all 1,200 losses: one of every 2 goes along." in texts(at.run())
    _, _, back = links(at)[f"Hand it in to room {code}"]
    assert own_result.read(back["result"])[1].end_loss == run.history().end_loss
    at = visit("70_Room", person="me", **back)
    assert "other settings than the run that was dealt" in texts(at)
