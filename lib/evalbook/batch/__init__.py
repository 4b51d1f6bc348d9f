"""`evalbook batch`: many cases by several processes; what failed and why, on one page.

unit      one case as a plain function: `run_one(root, case, options) -> Outcome`
worker    a process that serves cases one after another
workers   the processes: handing out cases, replacing what dies
cluster connection member   the same by the workers of a Dask cluster
journal   what is done, written down as it happens, for --resume
batch     check all, run what there is to run
view results page command   the live table; batch.json; batch.html; the command line
"""
