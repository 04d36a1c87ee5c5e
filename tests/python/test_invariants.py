"""Each invariant, broken behind dbt's back in a copy of the demo: its data test must notice.

A test that has never failed proves nothing. Every case breaks one thing with plain SQL, in the tables
that dbt trusts, and runs the one data test that stands for the invariant.
"""

from __future__ import annotations

import pytest

ONE_EDGE = "select min(child_id || parent_id) from label_edges where status = 'effective'"
ONE_ROW = """
    select min(dataset || feature_id) from int_freeze_log
    where entry = 'row' and label is not null and version_number = 1
"""
# A feature whose state at the head is the one that was frozen last.
ONE_AT_HEAD = """
    select min(dataset || feature_id) from training_set
    inner join int_training_rows as frozen using (dataset, feature_id, leaf_node_ids)
    where training_set.version = 'latest' and frozen.until_version_number is null
"""

# (what is broken, the data test that must notice, statement)
BREAKAGES = [
    (
        "an edge closes a cycle",
        "lineage_is_acyclic",
        f"""insert into int_ledger_edges
            select parent_id, child_id, feature_id, task, batch, effective_at from int_ledger_edges
            where child_id || parent_id = ({ONE_EDGE})""",
    ),
    (
        "a node becomes its own parent",
        "lineage_is_acyclic",
        f"""update int_ledger_edges set parent_id = child_id
            where child_id || parent_id = ({ONE_EDGE})""",
    ),
    (
        "a label in the ledger is rewritten",
        "admitted_labels_are_unchanged",
        "update int_ledger set label = 'rewritten' where node_id = (select min(node_id) from int_ledger)",
    ),
    (
        "a label in the ledger is retracted",
        "admitted_labels_are_unchanged",
        """update int_ledger set label = null
           where node_id = (select min(node_id) from int_ledger where label is not null)""",
    ),
    (
        "a label is recorded a microsecond earlier",
        "admitted_labels_are_unchanged",
        """update int_ledger set recorded_at = recorded_at - to_microseconds(1)
           where node_id = (select min(node_id) from int_ledger)""",
    ),
    (
        "a label that nothing refers to vanishes",
        "ledger_batches_are_complete",
        """delete from int_ledger where node_id =
           (select min(node_id) from label_nodes where not is_leaf and is_root and n_children = 1)""",
    ),
    (
        "a label slips in behind dbt's back",
        "ledger_batches_are_complete",
        """insert into int_ledger
           select * replace (node_id || '-copy' as node_id) from int_ledger
           where node_id = (select min(node_id) from int_ledger)""",
    ),
    (
        "the hash of an admitted label is gone",
        "admitted_labels_are_unchanged",
        "update int_ledger set content_hash = null where node_id = (select min(node_id) from int_ledger)",
    ),
    (
        "a node names a parent that it did not have",
        "ledger_and_edges_agree",
        """update int_ledger set parent_ids = list_append(parent_ids, 'nobody')
           where node_id = (select min(node_id) from int_ledger)""",
    ),
    (
        "an edge vanishes",
        "ledger_and_edges_agree",
        f"delete from int_ledger_edges where child_id || parent_id = ({ONE_EDGE})",
    ),
    (
        "an edge counts from another instant",
        "ledger_and_edges_agree",
        f"""update int_ledger_edges set effective_at = effective_at + to_microseconds(1)
            where child_id || parent_id = ({ONE_EDGE})""",
    ),
    (
        "the child of an edge vanishes from the ledger",
        "ledger_and_edges_agree",
        "delete from int_ledger where node_id = (select min(child_id) from int_ledger_edges)",
    ),
    (
        "a label that a version was made from vanishes from the ledger",
        "frozen_labels_are_in_the_ledger",
        f"""delete from int_ledger where node_id = (
                select leaf_node_ids[1] from int_freeze_log
                where entry = 'row' and version_number = 1 and dataset || feature_id = ({ONE_ROW}))""",
    ),
    (
        "a label moves to another feature",
        "frozen_labels_are_in_the_ledger",
        f"""update int_ledger set feature_id = 'elsewhere' where node_id = (
                select leaf_node_ids[1] from int_freeze_log
                where entry = 'row' and version_number = 1 and dataset || feature_id = ({ONE_ROW}))""",
    ),
    (
        "a label counts earlier than it was recorded",
        "no_label_enters_a_frozen_past",
        """update int_ledger set effective_at = effective_at - to_days(1)
           where node_id = (select min(node_id) from int_ledger)""",
    ),
    (
        "a label is admitted into a past that is frozen",
        "no_label_enters_a_frozen_past",
        """update int_ledger set admitted_at = admitted_at + to_days(1)
           where effective_at <= (select max(as_of) from int_freeze_log where task = int_ledger.task)""",
    ),
    (
        "a raw row is neither admitted nor refused",
        "every_raw_row_is_accounted_for",
        "delete from int_ledger where node_id = (select min(node_id) from int_ledger)",
    ),
    (
        "a refused row is forgotten",
        "every_raw_row_is_accounted_for",
        "delete from int_rejections where rejection_id = (select min(rejection_id) from int_rejections)",
    ),
    (
        "a superseded label is shown as a leaf",
        "every_label_is_a_leaf_or_superseded",
        """delete from int_children
           where parent_id = (select min(parent_id) from label_edges where status = 'effective')""",
    ),
    (
        "a label is superseded later than by its first child",
        "every_label_is_a_leaf_or_superseded",
        """update int_children set first_child_at = first_child_at + to_days(400)
           where parent_id = (select min(parent_id) from label_edges where status = 'effective')""",
    ),
    (
        "a frozen label is rewritten in the log",
        "frozen_versions_match_their_checksums",
        f"""update int_freeze_log set label = 'rewritten'
            where version_number = 1 and dataset || feature_id = ({ONE_ROW})""",
    ),
    (
        "a frozen label is rewritten in the log, feature by feature",
        "frozen_rows_are_unchanged",
        f"""update int_freeze_log set label = 'rewritten'
            where version_number = 1 and dataset || feature_id = ({ONE_ROW})""",
    ),
    (
        "a frozen label is rewritten together with its hash",
        "frozen_versions_match_their_checksums",
        f"""update int_freeze_log set label = 'rewritten', row_hash = md5('rewritten')
            where version_number = 1 and dataset || feature_id = ({ONE_ROW})""",
    ),
    (
        "a frozen change names another cause of its kind",
        "frozen_rows_are_unchanged",
        f"""update int_freeze_log set change = 'changed'
            where version_number = 1 and dataset || feature_id = ({ONE_ROW})""",
    ),
    (
        "a frozen row vanishes from the log",
        "frozen_versions_match_their_checksums",
        f"delete from int_freeze_log where version_number = 1 and dataset || feature_id = ({ONE_ROW})",
    ),
    (
        "a row is slipped into a frozen version",
        "frozen_versions_match_their_checksums",
        f"""insert into int_freeze_log by name
            select * replace ('slipped in' as feature_id) from int_freeze_log
            where version_number = 1 and dataset || feature_id = ({ONE_ROW})""",
    ),
    (
        "two frozen rows change places",
        "training_rows_match_their_checksums",
        """update int_training_rows set feature_id = places.other
           from (
               select dataset, version_number, min(feature_id) as one, max(feature_id) as another,
                   unnest([one, another]) as this, unnest([another, one]) as other
               from int_training_rows where entry = 'row' and version_number = 1
               group by dataset, version_number having count(*) > 1
           ) as places
           where int_training_rows.dataset = places.dataset
               and int_training_rows.version_number = places.version_number
               and int_training_rows.feature_id = places.this""",
    ),
    (
        "a frozen label is rewritten where readers find it",
        "training_rows_match_their_checksums",
        """update int_training_rows set label = 'rewritten'
           where entry = 'row' and label is not null and version_number = 1""",
    ),
    (
        "a replaced row stays open",
        "training_rows_match_their_checksums",
        "update int_training_rows set until_version_number = null where label is not null",
    ),
    (
        "a version loses its registry entry",
        "training_rows_match_their_checksums",
        "delete from int_training_rows where entry = 'version' and version_number = 1",
    ),
    (
        "a fingerprint in the chain is rewritten",
        "fingerprint_chain_holds",
        """update int_freeze_log set fingerprint = md5('rewritten')
           where entry = 'version' and version_number = 1""",
    ),
    (
        "the policy of a frozen version is rewritten",
        "fingerprint_chain_holds",
        """update int_freeze_log set policy = replace(policy, '"min_labels": ', '"min_labels": 1')
           where entry = 'version' and version_number = 1""",
    ),
    (
        "the cutoff of a frozen version moves",
        "registry_chain_holds",
        """update int_training_rows set as_of = as_of - to_microseconds(1)
           where entry = 'version' and version_number = 1""",
    ),
    (
        "the first version is taken out of the chain",
        "registry_chain_holds",
        "delete from int_training_rows where entry = 'version' and version_number = 1",
    ),
    (
        "a version no longer follows from the ledger",
        "frozen_versions_can_be_recomputed",
        f"""update int_ledger set label = 'rewritten' where node_id = (
                select leaf_node_ids[1] from int_freeze_log
                where entry = 'row' and version_number = 1 and dataset || feature_id = ({ONE_ROW}))""",
    ),
    (
        "a change that the ledger gives is missing from the log",
        "frozen_versions_can_be_recomputed",
        f"delete from int_freeze_log where version_number = 1 and dataset || feature_id = ({ONE_ROW})",
    ),
    (
        "the log has a change that the ledger does not give",
        "frozen_versions_can_be_recomputed",
        f"""insert into int_freeze_log by name
            select * replace ('slipped in' as feature_id) from int_freeze_log
            where version_number = 1 and dataset || feature_id = ({ONE_ROW})""",
    ),
    (
        "a feature gets a second split",
        "features_never_change_split",
        """insert into int_splits
           select dataset, feature_id, split_group, split || '_too' from int_splits
           where feature_id = (select min(feature_id) from int_splits)""",
    ),
    (
        "a group is torn apart",
        "split_groups_never_change_split",
        """insert into int_splits
           select dataset, 'newcomer', split_group, split || '_too' from int_splits
           where feature_id = (select min(feature_id) from int_splits)""",
    ),
    (
        "a feature moves to another split after it was frozen",
        "frozen_rows_keep_their_split",
        f"update int_splits set split = split || '_too' where dataset || feature_id = ({ONE_ROW})",
    ),
    (
        "a split is by a group that no label names",
        "splits_are_by_named_groups",
        f"update int_splits set split_group = 'of nobody' where dataset || feature_id = ({ONE_ROW})",
    ),
    (
        "a feature is dropped at the head",
        "every_feature_has_one_outcome",
        f"""delete from int_training_rows
            where until_version_number is null and dataset || feature_id = ({ONE_AT_HEAD})""",
    ),
    (
        "a feature is in the data twice",
        "every_feature_has_one_outcome",
        f"""insert into int_training_rows by name
            select * from int_training_rows
            where until_version_number is null and dataset || feature_id = ({ONE_AT_HEAD})""",
    ),
    (
        "a redaction is asked for and not carried out",
        "redactions_are_carried_out",
        """insert into int_redactions by name
           select 'r' as redaction_id, min(feature_id) as feature_id, 1 as batch from int_ledger""",
    ),
    (
        "the registry counts one row too many",
        "versions_add_up",
        "update int_training_rows set n_added = n_added + 1 where entry = 'version' and version_number = 1",
    ),
    (
        "readers find one row too few",
        "versions_add_up",
        """delete from int_training_rows
           where entry = 'row' and until_version_number is null and label is not null
               and feature_id = (select min(feature_id) from training_set where version = 'latest')""",
    ),
]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory):
    """One folder for all broken copies: dbt parses the project anew wherever the database's path differs."""
    return tmp_path_factory.mktemp("broken")


def test_every_invariant_passes_on_the_intact_demo(demo, place):
    """Else a failure after a breakage would say nothing."""
    names = sorted({test for _, test, _ in BREAKAGES})
    outcome = demo.copy(place).dbt("test", "--select", *names)
    assert outcome.statuses == dict.fromkeys(names, "pass"), outcome.output


@pytest.mark.parametrize(
    ("test", "statement"),
    [pytest.param(test, statement, id=what) for what, test, statement in BREAKAGES],
)
def test_breakage_is_noticed(demo, place, test, statement):
    """One thing broken, one data test run, one failure."""
    broken = demo.copy(place)
    n_touched = broken.query(statement)[0][0]
    assert n_touched > 0, "the demo no longer holds what this case breaks"
    outcome = broken.dbt("test", "--select", test)
    assert outcome.statuses == {test: "fail"}, outcome.output
