# Regular expressions: groups, looks, repeats, replacing, errors.
import threading, random
class C: pass
o=C(); o.a=1
L=[1,2,3]; D={}; S=set(); 
def g():
    for i in range(10**9): yield i
G=g(); it=iter(range(10**9))
x=0
def hammer(seed):
    global x
    r=random.Random(seed)
    for i in range(3000):
        k=r.randrange(14)
        try:
            if k==0: setattr(o, 'a%d'%r.randrange(30), i)
            elif k==1: o.__dict__['b%d'%r.randrange(200)]=i
            elif k==2: delattr(o, 'a%d'%r.randrange(30))
            elif k==3: L.append(i)
            elif k==4: L.pop()
            elif k==5: L[0:2]=[1,2,3]
            elif k==6: L.sort()
            elif k==7: D[r.randrange(100)]=i
            elif k==8: D.pop(r.randrange(100), None)
            elif k==9: list(D.items()); S.add(i%50); S.discard(i%37)
            elif k==10: next(G); next(it)
            elif k==11: x+=1; vars(o); dir(o)
            elif k==12: C.attr=i; o.attr; setattr(C,'m%d'%(i%5), lambda self: i); getattr(o,'m1',None)
            elif k==13:
                s=0
                for v in L:
                    s+=v
                    if s>1000: break
                sorted(D); str(L[:5]); D.copy()
        except (AttributeError, IndexError, ValueError, RuntimeError, KeyError): pass
ts=[threading.Thread(target=hammer,args=(i,)) for i in range(4)]
for t in ts: t.start()
for t in ts: t.join()
print("done", len(L)>=0)
