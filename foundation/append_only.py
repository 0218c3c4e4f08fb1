"""Migration operation that lets a table grow and never change.

A row trigger refuses UPDATE and DELETE. Lawful erasure (PIPL art. 47) sets
``nuanban.erasure`` for its own transaction; nothing else may.
"""

from django.db.migrations.operations import RunSQL

FUNCTION = """
CREATE OR REPLACE FUNCTION nuanban_append_only() RETURNS trigger AS $$
BEGIN
    IF current_setting('nuanban.erasure', true) = 'on' THEN
        RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    RAISE EXCEPTION 'append_only: % on % is refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END
$$ LANGUAGE plpgsql;
"""


class AppendOnly(RunSQL):
    """Guard ``table`` against UPDATE and DELETE."""

    def __init__(self, table: str) -> None:
        self.table = table
        super().__init__(
            sql=f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION nuanban_append_only();",
            reverse_sql=f"DROP TRIGGER append_only ON {table};",
        )

    def deconstruct(self) -> tuple[str, list[str], dict[str, str]]:
        return (type(self).__name__, [], {"table": self.table})
