"""What the database itself guards: ledgers that only grow, and stock that follows its ledger."""

from django.db import migrations

from foundation.append_only import AppendOnly

STOCK_FOLLOWS_LEDGER = """
CREATE FUNCTION branches_stock_follows_ledger() RETURNS trigger AS $$
BEGIN
    -- Two statements, because an upsert checks "not negative" on the movement before it adds.
    INSERT INTO branches_stocklevel (branch_id, item_id, quantity)
    VALUES (NEW.branch_id, NEW.item_id, 0) ON CONFLICT (branch_id, item_id) DO NOTHING;
    UPDATE branches_stocklevel SET quantity = quantity + NEW.quantity
    WHERE branch_id = NEW.branch_id AND item_id = NEW.item_id;
    RETURN NEW;
END
$$ LANGUAGE plpgsql;
CREATE TRIGGER stock_follows_ledger AFTER INSERT ON branches_stockmovement
FOR EACH ROW EXECUTE FUNCTION branches_stock_follows_ledger();
"""


class Migration(migrations.Migration):
    dependencies = [("branches", "0001_initial"), ("foundation", "0001_initial")]
    operations = [
        AppendOnly("branches_faultevent"),
        AppendOnly("branches_stockmovement"),
        migrations.RunSQL(
            STOCK_FOLLOWS_LEDGER,
            "DROP TRIGGER stock_follows_ledger ON branches_stockmovement;"
            "DROP FUNCTION branches_stock_follows_ledger();",
        ),
    ]
