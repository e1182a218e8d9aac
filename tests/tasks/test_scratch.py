import time, cProfile, pstats
from tests.factories import *
import pytest
from adapters import documents
def test_serv(url, monkeypatch):
    monkeypatch.setattr(documents, "_weasyprint", lambda: None)
    case_at(url,"aftercare",tenure="private_tenant", reference="X0")
    pr=cProfile.Profile()
    t=time.time()
    c=time.process_time()
    #pr.enable()
    case_at(url,"aftercare",tenure="private_tenant", reference="X2")
    #pr.disable()
    print("WALK",time.time()-t, time.process_time()-c)
    t=time.time()
    case_at(url,"approve",tenure="private_tenant", reference="X3")
    print("WALK",time.time()-t)
    #pstats.Stats(pr).sort_stats("tottime").print_stats(25)
