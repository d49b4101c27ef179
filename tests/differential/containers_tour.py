# A tour of the containers and of the modules about them.
l=[3,1,2]; l.sort(); print(l); l.append(5); l.insert(1,9); print(l, l[1:3], l[::-1], l.pop(), l.pop(0))
l[1:2]=[7,8,9]; print(l); del l[::2]; print(l); l*=2; print(l); l+=(1,); print(l, l.index(9), l.count(9))
try: l[100]
except IndexError as e: print(e)
try: l['a']
except TypeError as e: print(e)
print(sorted([(i*7919)%1000 for i in range(3000)])==list(sorted([(i*7919)%1000 for i in range(3000)], key=lambda x:(x,))))
print(sorted(['b','a','c'], reverse=True), sorted([1.5,2,0.1]))
d={'a':1,2:'b',(1,2):3}; d['z']=5; print(d, len(d), d.get('q'), d.pop('a'), d.setdefault('k',[]), list(d), list(d.items()))
for i in range(1000): d[i]=i
for i in range(0,1000,2): del d[i]
print(len(d), sum(k for k in d if isinstance(k,int)))
print({1,2,3}|{4}, {1,2}&{2}, {1,2}^{2,3}, {1,2}-{1}, frozenset([1,2])=={2,1}, {1}<{1,2})
s=set(range(100)); s.discard(5); print(len(s), 5 in s, s.pop() in s)
print(dict(a=1,b=2)|{'c':3}, {**d}.__len__(), dict.fromkeys('abc',0))
print(list(enumerate('ab',1)), list(zip('ab',[1,2])), list(map(str,[1,2])), list(filter(None,[0,1])), list(reversed([1,2])))
print(list[int], dict[str,int], int|str, tuple[()])
import itertools as I
print(list(I.chain('ab','cd')), list(I.combinations('abcd',2)), list(I.permutations([1,2,3])), list(I.product('ab',repeat=2)))
print(list(I.islice(I.count(5),2,10,3)), list(I.accumulate([1,2,3])), [(k,list(g)) for k,g in I.groupby('aabbc')])
a,b=I.tee([1,2,3]); print(list(a),list(b), list(I.zip_longest('ab','c',fillvalue=0)), list(I.pairwise('abc')))
from collections import deque, OrderedDict, defaultdict, Counter, namedtuple
q=deque([1,2,3],maxlen=3); q.append(4); q.appendleft(0); print(q); q.rotate(1); print(q, list(reversed(q)))
dd=defaultdict(list); dd['a'].append(1); print(dd)
o=OrderedDict(a=1,b=2,c=3); o.move_to_end('a'); print(o); o.move_to_end('c',last=False); print(o, o.popitem(last=False), o==OrderedDict(b=2,a=1))
print(Counter('abracadabra').most_common(2))
P=namedtuple('P','x y'); print(P(1,2), P(1,2).x)
import functools
@functools.lru_cache(maxsize=2)
def f(x): print('f',x); return x
f(1);f(2);f(1);f(3);f(2); print(f.cache_info())
print(functools.partial(int,base=2)('101'), functools.reduce(lambda a,b:a+b,[1,2,3]), sorted([3,1,2],key=functools.cmp_to_key(lambda a,b:b-a)))
import heapq; h=[]; [heapq.heappush(h,x) for x in [5,3,8,1]]; print([heapq.heappop(h) for _ in range(4)], heapq.nlargest(2,[1,5,3]))
import bisect; print(bisect.bisect([1,2,2,3],2), bisect.bisect_left([1,2,2,3],2))
import json; print(json.dumps({'a':[1,2.5,None,True,'é"\n']}), json.loads('{"a": [1, 2.5e3, "\\u00e9\\n"], "b": {}}'))
import weakref
class A: pass
x=A(); r=weakref.ref(x); print(r() is x, weakref.ref(x) is r, weakref.getweakrefcount(x)); 
p=weakref.proxy(x); x.v=3; print(p.v)
r2=weakref.ref(x, lambda r: print('dead'))
del x
import gc; gc.collect(); 
for i in range(100): pass
print(r())
x = [1]; x.append(x); print(x)
x = {}; x['a']=x; print(x)
