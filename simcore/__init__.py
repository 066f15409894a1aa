"""What happens: formulas, program, streams, engine, records, measures, ledger, replications."""
