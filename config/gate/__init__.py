"""``bin/check``: style, types, layers, templates, migrations, translations, production's rules."""
