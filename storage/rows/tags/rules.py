"""Rows of rules: the labels that new photos are compared with."""

import json
from collections.abc import Iterable
from dataclasses import asdict, replace
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from photoseek.storage.records import LabelRule
from photoseek.storage.schema import tables
from photoseek.storage.schema.dialect import upsert

_TABLE = tables.label_rule.c
_CHANGED = tables.tag_run_rule.c


class LabelRules:
    """Questions about the rules that tag new photos."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(self, model: str) -> list[LabelRule]:
        """Return the labels that this model compares new photos with, by name."""
        rows = self._connection.execute(
            select(tables.label_rule).where(_TABLE.model == model).order_by(_TABLE.name)
        )
        return [_rule(row) for row in rows]

    def names(self) -> set[str]:
        """Return the labels that any model compares new photos with."""
        return set(self._connection.execute(select(_TABLE.name)).scalars())

    def put(self, rules: Iterable[LabelRule]) -> None:
        """Compare new photos with these labels from now on; a rule of a run can be taken back with it."""
        known = self._all()
        for rule in rules:
            before = known.get((rule.name, rule.model))
            self._remember(rule.run, rule.name, rule.model, before)
            self._write(rule)

    def drop(self, names: Iterable[str], run: int | None = None) -> None:
        """Stop tagging new photos with these labels, whatever the model."""
        dropped = set(names)
        for (name, model), before in self._all().items():
            if name in dropped:
                self._remember(run, name, model, before)
                self._delete(name, model)

    def merge(self, old: str, new: str) -> int:
        """Call a label by another name, which may have a rule already: photos are then compared with both.

        Returns how many rules had the old name; 0 for a label's own name, which changes nothing. A rule without
        prompts gets its old name as the prompt, since that is what photos were compared with.
        """
        if old == new:
            return 0
        known = self._all()
        renamed = 0
        for (name, model), rule in known.items():
            if name == old:
                renamed += 1
                there = known.get((new, model))
                self._delete(old, model)
                self._write(_renamed(rule, old, new) if there is None else _joined(there, rule))
        follows = update(tables.label_rule).where(_TABLE.parent == old)
        self._connection.execute(follows.where(_TABLE.name != new).values(parent=new))
        self._connection.execute(follows.where(_TABLE.name == new).values(parent=None))
        self._merge_remembered(old, new)
        return renamed

    def _merge_remembered(self, old: str, new: str) -> None:
        """Do the same to the rules that undoing a run would bring back."""
        rows = self._connection.execute(select(tables.tag_run_rule)).all()
        taken = {(row.run_id, row.model) for row in rows if row.name == new}
        for row in rows:
            which = _CHANGED.id == row.id
            if row.name == old and (row.run_id, row.model) in taken:
                self._connection.execute(delete(tables.tag_run_rule).where(which))
            elif row.name == old or row.before is not None:
                before = (
                    None
                    if row.before is None
                    else _renamed(_from_json(row.name, row.model, row.before), old, new)
                )
                name = new if row.name == old else row.name
                self._connection.execute(
                    update(tables.tag_run_rule).where(which).values(name=name, before=_as_json(before))
                )

    def undo(self, run: int) -> int:
        """Bring back the rules that a run changed, unless a later run changed them too; returns how many."""
        every = self._connection.execute(select(tables.tag_run_rule).order_by(_CHANGED.id)).all()
        waiting: dict[
            tuple[str, str], Any
        ] = {}  # this run's changes, until a later one of the same rule is met
        for row in every:
            rule = row.name, row.model
            if row.run_id == run:
                waiting[rule] = row
            elif rule in waiting:
                before = waiting.pop(rule).before
                self._connection.execute(
                    update(tables.tag_run_rule).where(_CHANGED.id == row.id).values(before=before)
                )
        for (name, model), change in waiting.items():
            self._delete(name, model)
            if change.before is not None:
                self._write(_from_json(name, model, change.before))
        self._connection.execute(delete(tables.tag_run_rule).where(_CHANGED.run_id == run))
        return len(waiting)

    def _all(self) -> dict[tuple[str, str], LabelRule]:
        rows = self._connection.execute(select(tables.label_rule).order_by(_TABLE.name, _TABLE.model))
        return {(row.name, row.model): _rule(row) for row in rows}

    def _write(self, rule: LabelRule) -> None:
        self._delete(rule.name, rule.model)
        values = asdict(rule)
        values["exclusive_group"], values["run_id"] = values.pop("group"), values.pop("run")
        self._connection.execute(insert(tables.label_rule).values(**values))

    def _delete(self, name: str, model: str) -> None:
        self._connection.execute(delete(tables.label_rule).where(_TABLE.name == name, _TABLE.model == model))

    def _remember(self, run: int | None, name: str, model: str, before: LabelRule | None) -> None:
        if run is not None:
            self._connection.execute(
                upsert(self._connection, tables.tag_run_rule)
                .values(run_id=run, name=name, model=model, before=_as_json(before))
                .on_conflict_do_nothing()
            )


def _rule(row: Any) -> LabelRule:  # noqa: ANN401 (a row of the table)
    return LabelRule(*row)


def _prompts(rule: LabelRule) -> tuple[str, ...]:
    return rule.prompts or (rule.name,)


def _renamed(rule: LabelRule, old: str, new: str) -> LabelRule:
    """Return a rule with another name, or with its parent's; what photos are compared with stays."""
    made = replace(rule, name=new, prompts=_prompts(rule)) if rule.name == old else rule
    parent = new if rule.parent == old else rule.parent
    return replace(made, parent=None if parent == made.name else parent)


def _joined(kept: LabelRule, other: LabelRule) -> LabelRule:
    """Return a rule that compares photos with the prompts of two."""
    return replace(kept, prompts=tuple(dict.fromkeys((*_prompts(kept), *_prompts(other)))))


def _as_json(rule: LabelRule | None) -> str | None:
    if rule is None:
        return None
    values = {key: value for key, value in asdict(rule).items() if key not in {"name", "model"}}
    return json.dumps(values)


def _from_json(name: str, model: str, text: str) -> LabelRule:
    values = json.loads(text)
    return LabelRule(name, model, **{**values, "prompts": tuple(values["prompts"])})
