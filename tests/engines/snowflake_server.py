"""A Snowflake of our own: fakesnow on a free loopback port, which runs Snowflake's SQL on DuckDB.

Run as a program it is the server, with its gaps bridged; see docs/engines/snowflake.md for what that
leaves untested. Nothing here changes what dbt sends: the SQL is Snowflake's.
"""

from __future__ import annotations

import importlib.util
import re
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from children import end_with_parent
from missing import Missing

DATABASE = "LABEL_LINEAGE"


def free_port() -> int:
    """A loopback port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class SnowflakeServer:
    """Fakesnow in a process of its own."""

    def __init__(self) -> None:
        """Start it and wait until it answers."""
        if importlib.util.find_spec("fakesnow") is None or importlib.util.find_spec("uvicorn") is None:
            raise Missing("fakesnow is not installed; see make test-engines")
        self.port = free_port()
        self.log = tempfile.TemporaryFile("w+")  # noqa: SIM115  open as long as the server runs
        self.process = subprocess.Popen(
            [sys.executable, str(Path(__file__)), str(self.port)],
            stdout=self.log,
            stderr=subprocess.STDOUT,
            preexec_fn=end_with_parent,
        )
        for _ in range(720):
            if self.process.poll() is not None:
                self.log.seek(0)
                raise RuntimeError(self.log.read()[-2000:])
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.25)
        self.stop()
        raise RuntimeError("fakesnow did not answer within three minutes")

    def connect(self, database: str):
        """A connection to a database, made where it is not there."""
        import snowflake.connector

        return snowflake.connector.connect(
            user="fake",
            password="snow",
            account="fakesnow",
            host="127.0.0.1",
            port=self.port,
            protocol="http",
            database=database,
            schema="LABELS",
            session_parameters={"CLIENT_OUT_OF_BAND_TELEMETRY_ENABLED": False},
        )

    def stop(self) -> None:
        """Stop it; its databases are in memory."""
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
        self.log.close()


def bridge() -> None:
    """Teach fakesnow what it lacks of the SQL that dbt and this project send."""
    import pyarrow
    import snowflake.connector.errors
    from fakesnow import arrow, cursor, info_schema, macros, transforms
    from sqlglot import exp

    execute = cursor.FakeSnowflakeCursor.execute
    transform = cursor.FakeSnowflakeCursor._transform
    create_macros = macros.creation_sql
    insert_comment = info_schema.insert_table_comment_sql

    def execute_bridged(self, command, *arguments, **options):
        # DuckDB keeps temporary tables in a catalogue of their own, where a qualified name is not found.
        command = re.sub(
            r"(?is)^(\s*(?:/\*.*?\*/\s*)?create(?:\s+or\s+replace)?)\s+temporary\s+(table|view)",
            r"\1 \2",
            command,
        )
        bare = re.sub(r"(?s)^\s*/\*.*?\*/\s*", "", command)
        if re.match(r"(?i)(grant|revoke)\b", bare) or re.match(
            r"(?is)alter\s+(table|view)\b.*\bcomment\b", bare
        ):
            command = "select 'Statement executed successfully.' as status"
        elif re.match(r"(?i)show\s+grants\b", bare):
            command = "select '' as \"privilege\", '' as \"granted_to\", '' as \"grantee_name\" where 1 = 0"
        elif re.match(r"(?i)alter\s+session\b", bare):
            command = "select 'Statement executed successfully.' as status"
        try:
            return execute(self, command, *arguments, **options)
        except snowflake.connector.errors.Error as error:
            if error.errno == 2003 and "does not exist" in error.msg:
                # dbt knows what is not there by Snowflake's own words.
                error.msg += " Object does not exist or not authorized."
                error.args = (error.msg,)
            raise
        except Exception as error:
            # Otherwise it is a server error, after which the client asks again for minutes.
            raise snowflake.connector.errors.ProgrammingError(
                msg=f"{error}", errno=1, sqlstate="XX000"
            ) from error

    def call(name, *arguments):
        return exp.Anonymous(this=name, expressions=list(arguments))

    def plain(value):
        return value.this if isinstance(value, exp.ToVariant) else value

    def node(expression):
        """DuckDB's form of one expression. Lists are JSON here."""
        if isinstance(expression, exp.ToNumber) and expression.args.get("format"):
            return call("_ll_from_hex", expression.this)
        if isinstance(expression, exp.ToChar):
            shape = expression.args.get("format")
            if shape is None:
                return call("_ll_text", expression.this)
            return call("strftime", expression.this, exp.Literal.string(FORMATS[shape.name]))
        if isinstance(expression, exp.RegexpExtract):
            return call("_ll_group", expression.this, expression.expression)
        if isinstance(expression, exp.Array):
            return call("json_array", *expression.expressions)
        if isinstance(expression, exp.ArrayContains):
            return call("_ll_contains", expression.this, plain(expression.expression))
        if isinstance(expression, exp.ArrayAppend):
            return call("_ll_append", expression.this, plain(expression.expression))
        if isinstance(expression, exp.ArrayExcept):
            return call("_ll_except", expression.this, expression.expression)
        if isinstance(expression, exp.SortArray):
            return call("_ll_sort", expression.this)
        if isinstance(expression, exp.Transform):
            return exp.Transform(this=call("_ll_list", expression.this), expression=expression.expression)
        if isinstance(expression, exp.WithinGroup) and isinstance(expression.this, exp.ArrayAgg):
            value = expression.this.this
            bare = value.expressions[0] if isinstance(value, exp.Distinct) else value
            listed = call("list", exp.Order(this=value, expressions=expression.expression.expressions))
            present = exp.Where(this=exp.Not(this=exp.Is(this=bare.copy(), expression=exp.Null())))
            return call("to_json", exp.Filter(this=listed, expression=present))
        if isinstance(expression, exp.Kwarg) and expression.name.upper() == "INPUT":
            outer = [one for one in expression.parent.expressions if one.name.upper() == "OUTER"]
            if outer:
                return exp.Kwarg(this=expression.this, expression=call("_ll_outer", expression.expression))
        return expression

    def rewrite(expression):
        """Every expression in DuckDB's form, from the inside out."""
        for child in list(expression.iter_expressions()):
            changed = rewrite(child)
            if changed is not child:
                child.replace(changed)
        return node(expression)

    def name_columns(expression):
        """`create table (...) as (select * from (...) order by ...)` with the columns' names for the star."""
        query = (
            expression.expression.unnest()
            if isinstance(expression, exp.Create) and expression.expression
            else None
        )
        if isinstance(query, exp.Select) and query.is_star and query.args.get("from_"):
            inner = query.args["from_"].this.unnest()
            if isinstance(inner, exp.Select) and not inner.is_star:
                query.set("expressions", [exp.column(name) for name in inner.named_selects])

    def transform_bridged(self, expression, params):
        name_columns(expression)
        return transform(self, rewrite(expression), params)

    read_timestamps = arrow.timestamp_to_sf_struct

    def keep_nulls(timestamps):
        """Time stamps for the client, whose NULL would come as 1970."""
        made = read_timestamps(timestamps)
        missing = pyarrow.array([not instant.is_valid for instant in timestamps])
        columns = [made.field(place).fill_null(0) for place in range(made.type.num_fields)]
        return pyarrow.StructArray.from_arrays(columns, fields=list(made.type), mask=missing)

    describe = cursor.FakeSnowflakeCursor._describe_last_sql

    def describe_merges(self):
        # DuckDB runs a merge and says how many rows it touched, but does not describe one.
        if isinstance(self._last_transformed, exp.Merge):
            self._last_sql = 'select cast(0 as bigint) as "number of rows inserted"'
        return describe(self)

    cursor.FakeSnowflakeCursor._describe_last_sql = describe_merges
    arrow.timestamp_to_sf_struct = keep_nulls
    cursor.FakeSnowflakeCursor.execute = execute_bridged
    cursor.FakeSnowflakeCursor._transform = transform_bridged
    macros.creation_sql = lambda catalog: create_macros(catalog) + MACROS.replace("{catalog}", catalog)
    transforms.merge = lambda expression: [expression]
    # A decimal of 38 digits would become an integer of 19.
    whole = transforms.integer_precision

    def keep_decimals(expression):
        decimal = isinstance(expression, exp.DataType) and expression.this == exp.DataType.Type.DECIMAL
        return expression if decimal and expression.expressions else whole(expression)

    transforms.integer_precision = keep_decimals
    # Sums of decimals would become floats.
    transforms.numeric_agg_implicit_cast = lambda expression: expression
    info_schema.insert_table_comment_sql = lambda catalog, schema, table, comment: insert_comment(
        catalog, schema, table, (comment or "").replace("'", "''")
    )


FORMATS = {
    "YYYY-MM": "%Y-%m",
    "YYYY-MM-DD": "%Y-%m-%d",
    "YYYY-MM-DD HH24:MI:SS.FF6": "%Y-%m-%d %H:%M:%S.%f",
}

MACROS = """
set global lambda_syntax = 'ENABLE_SINGLE_ARROW';
create or replace macro {catalog}._ll_from_hex(digits) as cast('0x' || digits as bigint);
create or replace macro {catalog}._ll_text(value) as to_json(value) ->> '$';
create or replace macro {catalog}._ll_group(value, pattern) as nullif(regexp_extract(value, pattern, 1), '');
create or replace macro {catalog}._ll_list(items) as cast(items as varchar[]);
create or replace macro {catalog}._ll_contains(items, value) as list_contains(cast(items as varchar[]), value);
create or replace macro {catalog}._ll_append(items, value) as to_json(list_append(cast(items as varchar[]), value));
create or replace macro {catalog}._ll_except(items, others) as
    to_json(list_filter(cast(items as varchar[]), item -> not list_contains(cast(others as varchar[]), item)));
create or replace macro {catalog}._ll_sort(items) as to_json(list_sort(cast(items as varchar[])));
create or replace macro {catalog}._ll_outer(items) as
    case when json_array_length(items) > 0 then items else cast('[null]' as json) end;
"""


def main(port: int) -> None:
    """Serve until told to stop."""
    import uvicorn

    bridge()
    import fakesnow.server

    uvicorn.run(fakesnow.server.app, host="127.0.0.1", port=port, log_level="warning")


if __name__ == "__main__":
    main(int(sys.argv[1]))
