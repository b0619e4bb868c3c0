"""The desk (工作台): the staff server."""
