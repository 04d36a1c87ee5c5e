"""The demo as a newcomer meets it."""


def test_demo_has_frozen_versions(demo):
    """Two declared versions are frozen and `latest` reads like them."""
    versions = {row[0] for row in demo.query("select distinct version from training_set")}
    assert {"v1", "v2", "latest"} <= versions


def test_unit_tests_pass(demo, tmp_path):
    """The examples in the models' YAML, which `dbt build` runs as well."""
    outcome = demo.copy(tmp_path).dbt("test", "--resource-type", "unit_test")
    assert outcome.success, outcome.output or outcome.messages
    assert len(outcome.statuses) > 30


def test_second_run_changes_nothing(demo, tmp_path):
    """A plain re-run is the recovery from anything, so it must be harmless."""
    again = demo.copy(tmp_path)
    before = again.frozen()
    again.build()
    assert again.frozen() == before
