"""What happened, as plain data and text: graphs, traces, shapes. No drawing here."""
