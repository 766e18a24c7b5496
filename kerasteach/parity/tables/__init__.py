"""The cases, a file a family; each has a dict `CASES` of public name -> list of cases."""
