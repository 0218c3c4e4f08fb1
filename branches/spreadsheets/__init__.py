"""The register as spreadsheets: templates out, rows in after a preview, lists out.

``reading`` opens a file that a stranger may have made; ``sheets`` says what each sheet holds;
``importing`` previews and, once confirmed, writes; ``exporting`` writes lists.
"""
