"""每日访情 and 信访专报: the figures of a day or a period as a Word document, a spreadsheet or a PDF."""
