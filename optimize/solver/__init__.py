"""Linear models and the solver behind them: the only room that knows PuLP and HiGHS."""
