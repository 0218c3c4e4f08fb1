"""What the database itself guards: what is published, submitted or on record stays as it is."""

from django.db import migrations

from foundation.append_only import AppendOnly

SEALED_STANDARDS = """
CREATE FUNCTION audits_sealed_version() RETURNS trigger AS $$
BEGIN
    IF OLD.sealed THEN
        RAISE EXCEPTION 'sealed: % of a published standard is refused', TG_OP
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END
$$ LANGUAGE plpgsql;
CREATE TRIGGER sealed BEFORE UPDATE OR DELETE ON audits_standardversion
FOR EACH ROW EXECUTE FUNCTION audits_sealed_version();

CREATE FUNCTION audits_sealed_items() RETURNS trigger AS $$
DECLARE
    version bigint := CASE WHEN TG_OP = 'DELETE' THEN OLD.version_id ELSE NEW.version_id END;
BEGIN
    IF EXISTS (SELECT FROM audits_standardversion WHERE id = version AND sealed)
    OR (TG_OP = 'UPDATE' AND OLD.version_id <> NEW.version_id) THEN
        RAISE EXCEPTION 'sealed: % of an item of a published standard is refused', TG_OP
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END
$$ LANGUAGE plpgsql;
CREATE TRIGGER sealed BEFORE INSERT OR UPDATE OR DELETE ON audits_checklistitem
FOR EACH ROW EXECUTE FUNCTION audits_sealed_items();
"""

INSPECTIONS = """
CREATE FUNCTION audits_inspection_ended() RETURNS trigger AS $$
BEGIN
    IF OLD.status IN ('submitted', 'cancelled') THEN
        RAISE EXCEPTION 'ended: % of a % inspection is refused', TG_OP, OLD.status
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END
$$ LANGUAGE plpgsql;
CREATE TRIGGER ended BEFORE UPDATE OR DELETE ON audits_inspection
FOR EACH ROW EXECUTE FUNCTION audits_inspection_ended();

CREATE FUNCTION audits_inspector_from_outside() RETURNS trigger AS $$
BEGIN
    IF NEW.kind <> 'self_check' AND (
        EXISTS (SELECT FROM branches_branch_users
                WHERE branch_id = NEW.branch_id AND user_id = NEW.inspector_id)
        OR EXISTS (SELECT FROM branches_staff
                   WHERE branch_id = NEW.branch_id AND user_id = NEW.inspector_id)
    ) THEN
        RAISE EXCEPTION 'own_branch: the inspector belongs to the branch'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END
$$ LANGUAGE plpgsql;
CREATE TRIGGER from_outside BEFORE INSERT OR UPDATE OF inspector_id, branch_id, kind
ON audits_inspection FOR EACH ROW EXECUTE FUNCTION audits_inspector_from_outside();

CREATE FUNCTION audits_while_under_way() RETURNS trigger AS $$
BEGIN
    IF NEW.inspection_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM audits_inspection WHERE id = NEW.inspection_id AND status = 'under_way'
    ) THEN
        RAISE EXCEPTION 'not_under_way: nothing is added to this inspection'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END
$$ LANGUAGE plpgsql;
"""

ADDED_TO = ("answer", "evidence", "signature", "itemresult", "sectionscore")
APPEND_ONLY = (
    *ADDED_TO,
    "finding",
    "inspectionevent",
    "improvementevent",
    "suspensionevent",
)


class Migration(migrations.Migration):
    dependencies = [
        ("audits", "0001_initial"),
        ("branches", "0001_initial"),
        ("foundation", "0001_initial"),
    ]
    operations = [
        *(AppendOnly(f"audits_{table}") for table in APPEND_ONLY),
        migrations.RunSQL(
            SEALED_STANDARDS,
            "DROP TRIGGER sealed ON audits_standardversion;"
            "DROP TRIGGER sealed ON audits_checklistitem;"
            "DROP FUNCTION audits_sealed_version(); DROP FUNCTION audits_sealed_items();",
        ),
        migrations.RunSQL(
            INSPECTIONS,
            "DROP TRIGGER ended ON audits_inspection;"
            "DROP TRIGGER from_outside ON audits_inspection;"
            "DROP FUNCTION audits_inspection_ended();"
            "DROP FUNCTION audits_inspector_from_outside();"
            "DROP FUNCTION audits_while_under_way();",
        ),
        *(
            migrations.RunSQL(
                f"CREATE TRIGGER while_under_way BEFORE INSERT ON audits_{table} "
                "FOR EACH ROW EXECUTE FUNCTION audits_while_under_way();",
                f"DROP TRIGGER while_under_way ON audits_{table};",
            )
            for table in ADDED_TO
        ),
    ]
