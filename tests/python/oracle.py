"""What Label Lineage must do, in plain Python: slow, without SQL, and short enough to be read at once.

The property tests feed the same raw rows to dbt and to this oracle and compare. It follows the words
of the documentation, not the SQL: every version looks at every node again, a leaf is a node that has
no child yet, and a cycle is a node that finds itself among its ancestors.

    oracle, datasets = Oracle(), [Dataset("buildings", task="building")]
    oracle.run(rows_of_monday, [], datasets)
    oracle.run(rows_of_monday + rows_of_tuesday, [Version("buildings", "v1", cutoff)], datasets)
    oracle.nodes, oracle.rejected, oracle.frozen, oracle.changes, oracle.latest("buildings")
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import astuple, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

END_OF_TIME = datetime(9999, 12, 31)


# What goes in.


@dataclass(frozen=True)
class Row:
    """One raw row: a label node, or one of the rows of a node with several parents.

    The columns stand in the order of the input contract, without the parent, which is no content.
    """

    node_id: str | None
    feature_id: str | None = None
    task: str | None = None
    label: str | None = None
    annotator_id: str | None = None
    created_at: datetime | None = None
    recorded_at: datetime | None = None
    split_group: str | None = None
    source: str | None = None
    attributes: str | None = None
    parent_id: str | None = field(default=None, kw_only=True)

    def read(self) -> Row:
        """The row with the defaults of the input contract filled in."""
        return replace(
            self,
            task=self.task or "default",
            recorded_at=self.recorded_at or self.created_at,
            split_group=self.split_group or self.feature_id,
        )

    @property
    def content(self) -> Row:
        """What two rows of one node must agree on: all but the parent."""
        return replace(self, parent_id=None)

    @property
    def digest(self) -> str:
        """Hash of the content, which decides where time does not.

        The md5 of `<length>:<text>` of each column, `N` for NULL, instants as microseconds since 1970.
        """
        text = ""
        for value in astuple(self.content)[:-1]:
            if isinstance(value, datetime):
                value = str((value - datetime(1970, 1, 1)) // timedelta(microseconds=1))
            text += "N" if value is None else f"{len(value)}:{value}"
        return hashlib.md5(text.encode()).hexdigest()

    @property
    def problem(self) -> str | None:
        """Why this row cannot enter, whatever else there is."""
        if not self.node_id:
            return "missing_node_id"
        if not self.feature_id:
            return "missing_feature_id"
        if not self.recorded_at:
            return "missing_time"
        return None


@dataclass(frozen=True)
class Dataset:
    """A dataset and its policy, with the defaults of the documentation."""

    name: str
    task: str = "default"
    consolidation: str = "majority_vote"
    weight: str = "equal"
    min_labels: int = 1
    min_agreement: str = "0.5"
    min_margin: str = "0"
    ties: str = "queue"


@dataclass(frozen=True)
class Version:
    """A declared dataset version."""

    dataset: str
    version: str
    as_of: datetime


# What comes out.


@dataclass
class Node:
    """An admitted label node."""

    content: Row
    parents: list[str]
    effective_at: datetime
    children: list[Node] = field(default_factory=list)

    @property
    def node_id(self) -> str:
        """Identity of the node."""
        return self.content.node_id

    @property
    def home(self) -> tuple[str, str]:
        """Feature and task: only edges inside one home have an effect."""
        return self.content.feature_id, self.content.task

    @property
    def is_leaf(self) -> bool:
        """Whether nothing supersedes the node."""
        return not self.children

    @property
    def superseded_at(self) -> datetime | None:
        """When the first child takes effect; never before the node itself does."""
        if self.is_leaf:
            return None
        return max(self.effective_at, min(child.effective_at for child in self.children))

    def is_leaf_at(self, instant: datetime) -> bool:
        """Whether the node was a leaf at an instant."""
        return self.effective_at <= instant and (self.superseded_at is None or self.superseded_at > instant)


@dataclass
class Lineage:
    """Where a node comes from.

    Attributes:
        depth: Links on the longest way up.
        root_ids: Where the ways up end.
        human_attention: How many people had a hand in the node or its ancestors.
    """

    depth: int
    root_ids: tuple[str, ...]
    human_attention: int


@dataclass
class State:
    """What a version says about one feature."""

    label: str | None
    distribution: dict[str, int]
    confidence: Decimal | None
    n_labels: int
    outcome: str
    leaf_ids: list[str]


@dataclass
class Change:
    """How and why a version differs from the one before in one feature."""

    change: str
    cause: str
    previous_label: str | None
    state: State


class Oracle:
    """The warehouse as it must be after each run.

    Attributes:
        datasets: Datasets of the newest run, by name.
        nodes: Admitted nodes by id.
        frozen: State of each feature, by dataset and frozen version.
        changes: Change of each feature that changed, by dataset, version and feature.
    """

    def __init__(self, models: Iterable[str] = ()):
        self.models = set(models)
        self.datasets: dict[str, Dataset] = {}
        self.nodes: dict[str, Node] = {}
        self.frozen: dict[tuple[str, str], dict[str, State]] = {}
        self.changes: dict[tuple[str, str, str], Change] = {}
        self._refused: set[tuple[Row, str]] = set()
        self._newest: dict[str, tuple[Version, Dataset]] = {}

    def run(self, raw: Iterable[Row], versions: Iterable[Version], datasets: Iterable[Dataset]) -> None:
        """One run: admit what is new among all raw rows there are, then freeze what is due."""
        self.datasets = {dataset.name: dataset for dataset in datasets}
        self._admit([row.read() for row in raw])
        now = datetime.now(UTC).replace(tzinfo=None)
        for version in sorted(versions, key=lambda version: version.as_of):
            if version.as_of <= now and (version.dataset, version.version) not in self.frozen:
                self._freeze(version, self.datasets[version.dataset])

    # Admission.

    def _admit(self, rows: list[Row]) -> None:
        arrived: dict[str, list[Row]] = defaultdict(list)
        # Parents that a node would lack for ever, because they stand in a row that cannot be read.
        unreadable: dict[str | None, set[str]] = defaultdict(set)
        for row in rows:
            if row.problem:
                self._refused.add((row, row.problem))
                unreadable[row.node_id] |= {row.parent_id} - {None}
            elif row.node_id not in self.nodes:
                arrived[row.node_id].append(row)
            elif not self._is_known(row):
                self._refused.add((row, "conflict"))

        candidates: dict[str, Node] = {}
        rows_of: dict[str, list[Row]] = {}
        for node_id, its_rows in arrived.items():
            # Of several contents of one node_id, the one recorded first is the node.
            content = min(
                {row.content for row in its_rows}, key=lambda content: (content.recorded_at, content.digest)
            )
            rows_of[node_id] = [row for row in its_rows if row.content == content]
            self._refused |= {(row, "conflict") for row in its_rows if row.content != content}
            parents = sorted({row.parent_id for row in rows_of[node_id] if row.parent_id})
            candidates[node_id] = Node(content, parents, self._effective_at(content))

        known = {**candidates, **self.nodes}
        for node_id, node in candidates.items():
            if node_id in node.parents:
                reason = "self_parent"
            elif node_id in unreadable and not unreadable[node_id] <= {*node.parents}:
                reason = "incomplete_node"
            elif any(parent in known and known[parent].home != node.home for parent in node.parents):
                reason = "foreign_parent"
            elif _is_its_own_ancestor(node, known):
                reason = "cycle"
            else:
                self.nodes[node_id] = node
                continue
            self._refused |= {(row, reason) for row in rows_of[node_id]}

        for node in self.nodes.values():
            node.children = []
        for node in self.nodes.values():
            for parent in parents_of(node, self.nodes):
                parent.children.append(node)

    def _is_known(self, row: Row) -> bool:
        """Whether a row repeats what an admitted node says already."""
        node = self.nodes.get(row.node_id)
        return node is not None and row.content == node.content and row.parent_id in (None, *node.parents)

    def _effective_at(self, content: Row) -> datetime:
        """No node enters a past that an earlier run froze for a dataset of its task."""
        cutoffs = [
            version.as_of for version, dataset in self._newest.values() if dataset.task == content.task
        ]
        if cutoffs and content.recorded_at <= max(cutoffs):
            return max(cutoffs) + timedelta(microseconds=1)
        return content.recorded_at

    @property
    def rejected(self) -> set[tuple[Row, str]]:
        """Refused rows and why, without those that a later run admitted."""
        return {(row, reason) for row, reason in self._refused if not self._is_known(row)}

    # Lineage.

    def lineage(self, node: Node, instant: datetime = END_OF_TIME) -> Lineage:
        """Where a node comes from, as far as it was effective at an instant."""
        depth, roots, people = 0, set(), set()
        level = {node.node_id}
        while True:
            above = set()
            for node_id in level:
                member = self.nodes.get(node_id)
                # A parent that is not there, or belongs to another feature, is where the way ends.
                if member is None or member.home != node.home or member.effective_at > instant:
                    roots.add(node_id)
                    continue
                people.add(member.content.annotator_id)
                above.update(member.parents)
                if not member.parents:
                    roots.add(node_id)
            if not above:
                return Lineage(depth, tuple(sorted(roots)), len(people - self.models - {None}))
            depth += 1
            level = above

    # Consolidation.

    def states(self, dataset: Dataset, as_of: datetime) -> dict[str, State]:
        """What a dataset says at an instant about each feature that has a label node by then."""
        by_feature: dict[str, list[Node]] = defaultdict(list)
        for node in self.nodes.values():
            if node.content.task == dataset.task and node.effective_at <= as_of:
                by_feature[node.content.feature_id].append(node)
        return {feature: self._consolidate(dataset, nodes, as_of) for feature, nodes in by_feature.items()}

    def latest(self, dataset: str) -> dict[str, State]:
        """The unfrozen head of a dataset."""
        return self.states(self.datasets[dataset], END_OF_TIME)

    def _consolidate(self, dataset: Dataset, nodes: list[Node], as_of: datetime) -> State:
        """One feature's nodes become one label, or a reason why not."""
        leaves = [node for node in nodes if dataset.consolidation == "all_labels" or node.is_leaf_at(as_of)]
        labelled = [leaf for leaf in leaves if leaf.content.label is not None]
        if not labelled:
            return State(None, {}, None, 0, "retracted", sorted(leaf.node_id for leaf in leaves))

        backers: dict[str, list[Node]] = defaultdict(list)
        for leaf in labelled:
            backers[leaf.content.label].append(leaf)
        votes = {label: self._votes(dataset, agreeing, as_of) for label, agreeing in backers.items()}
        winner, is_open = decide(dataset, votes, backers)
        total = sum(votes.values())
        agreement = Fraction(votes[winner], total)
        others = [n_votes for label, n_votes in votes.items() if label != winner]
        margin = Fraction(votes[winner] - max(others, default=0), total)

        if len(labelled) == 1 and self._is_merged_by_human(labelled[0]):
            outcome = "human"
        elif len(labelled) < dataset.min_labels and not (
            len(votes) == 1 and any(map(self._is_merged_by_human, labelled))
        ):
            outcome = "no_quorum"
        elif len(labelled) == 1:
            outcome = "single"
        elif is_open:
            outcome = "tie"
        elif (
            agreement < Fraction(dataset.min_agreement)
            or dataset.consolidation != "latest"
            and margin < Fraction(dataset.min_margin)
        ):
            outcome = "no_quorum"
        else:
            outcome = "consensus"
        return State(
            label=winner if outcome in ("single", "consensus", "human") else None,
            distribution=votes,
            confidence=Decimal(int(agreement * 1_000_000 + Fraction(1, 2))) / 1_000_000,
            n_labels=len(labelled),
            outcome=outcome,
            leaf_ids=sorted(leaf.node_id for leaf in labelled),
        )

    def _is_merged_by_human(self, leaf: Node) -> bool:
        return len(leaf.parents) > 1 and leaf.content.annotator_id not in self.models

    def _votes(self, dataset: Dataset, agreeing: list[Node], as_of: datetime) -> int:
        """How much the leaves that say the same count together."""
        if dataset.weight == "attention":
            return sum(max(1, self.lineage(leaf, as_of).human_attention) for leaf in agreeing)
        if dataset.weight == "independent_roots":
            return len({self.lineage(leaf, as_of).root_ids for leaf in agreeing})
        return len(agreeing)

    # Freezing.

    def _freeze(self, version: Version, dataset: Dataset) -> None:
        since, before = datetime.min, {}
        if dataset.name in self._newest:
            newest, _ = self._newest[dataset.name]
            since, before = newest.as_of, self.frozen[dataset.name, newest.version]
        states = self.states(dataset, version.as_of)
        for feature, state in states.items():
            previous = before.get(feature)
            if state != previous:
                news = [
                    node
                    for node in self.nodes.values()
                    if node.home == (feature, dataset.task) and since < node.effective_at <= version.as_of
                ]
                self.changes[dataset.name, version.version, feature] = Change(
                    change=what_changed(previous, state),
                    cause=why(previous, news),
                    previous_label=previous.label if previous else None,
                    state=state,
                )
        self.frozen[dataset.name, version.version] = states
        self._newest[dataset.name] = version, dataset


def parents_of(node: Node, known: dict[str, Node]) -> list[Node]:
    """The parents of a node that are known and belong to its feature and task."""
    return [known[parent] for parent in node.parents if parent in known and known[parent].home == node.home]


def _is_its_own_ancestor(node: Node, known: dict[str, Node]) -> bool:
    seen: set[str] = set()
    to_visit = parents_of(node, known)
    while to_visit:
        ancestor = to_visit.pop()
        if ancestor is node:
            return True
        if ancestor.node_id not in seen:
            seen.add(ancestor.node_id)
            to_visit += parents_of(ancestor, known)
    return False


def decide(dataset: Dataset, votes: dict[str, int], backers: dict[str, list[Node]]) -> tuple[str, bool]:
    """The label that a rule prefers, and whether the matter stays open all the same."""

    def newest(label: str) -> tuple[datetime, str]:
        return max((leaf.effective_at, leaf.node_id) for leaf in backers[label])

    if dataset.consolidation == "latest":
        return max(votes, key=newest), False
    best = [label for label in votes if votes[label] == max(votes.values())]
    if dataset.consolidation == "unanimous":
        return max(best), len(votes) > 1
    tie_rules = {
        "queue": min,
        "smallest": min,
        "largest": max,
        "latest": lambda labels: max(labels, key=newest),
    }
    return tie_rules[dataset.ties](best), dataset.ties == "queue" and len(best) > 1


def what_changed(previous: State | None, state: State) -> str:
    """How a feature's place in a dataset changed."""
    was_in, is_in = previous is not None and previous.label is not None, state.label is not None
    return {
        (False, True): "added",
        (True, True): "changed",
        (True, False): "removed",
        (False, False): "left_out",
    }[was_in, is_in]


def why(previous: State | None, news: list[Node]) -> str:
    """Why it changed, by the nodes that took effect since the version before; the first that applies."""
    if not news:
        return "policy"
    if any(node.effective_at > node.content.recorded_at for node in news):
        return "late"
    if previous is None:
        return "new_label"
    if any(node.content.label is None for node in news):
        return "retraction"
    if any(len(node.parents) > 1 for node in news):
        return "consolidation"
    if any(len(node.parents) == 1 for node in news):
        return "correction"
    return "vote"
