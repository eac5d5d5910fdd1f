"""One record of each tagged line format, and how tests read them."""

import io

from corpus.records import Entry
from ingest.readers import cochrane, endnote_tagged, medline, ovid, refworks, ris, wos
from ingest.readers.base import Item, Reader

RIS = """TY  - JOUR
AU  - Okafor, Ngozi
AU  - Lindqvist, Per
TI  - Handover at the bedside
T2  - Ward Practice
PY  - 2019
VL  - 7
IS  - 2
SP  - 11
EP  - 19
DO  - 10.5555/ward.7
ER  -
"""
MEDLINE = """PMID- 31000001
OWN - NLM
IS  - 1234-5679 (Electronic)
TI  - Night shifts and error in a
      district hospital.
LID - S0000-1 [pii]
LID - 10.5555/night.1 [doi]
AB  - We asked nurses about errors.
FAU - Okafor, Ngozi
AU  - Okafor N
AD  - Ward 7, Lagos, Nigeria.
LA  - eng
PT  - Journal Article
DP  - 2020 Mar
TA  - Ward Pract
JT  - Ward practice
MH  - Medical Errors/*prevention & control
MH  - *Night Care
OT  - *shift work
AID - 10.5555/night.1 [doi]
"""
OVID_WORDS = """<1>
Unique Identifier
  2000111
Authors
  Okafor N. Lindqvist P.
Authors Full Name
  Okafor, Ngozi A. Lindqvist, Per.
Title
  A trial of quiet
  wards.
Source
  Journal of Wards. 12(3):45-67, 2001 Jan.
Abstract
  Quiet helps.
MeSH Subject Headings
  Noise
  *Sleep
"""
WOS = """PT J
AU Okafor, N
   Lindqvist, P
AF Okafor, Ngozi
   Lindqvist, Per
TI Sleep in wards that are
   never dark
SO WARD PRACTICE
DE light; night
   care
DT Article
C1 [Okafor, Ngozi] Univ Lagos, Lagos, Nigeria.
   [Lindqvist, Per] Lund Univ, Lund, Sweden.
PD MAR
PY 2018
TC 4
DI 10.5555/sleep.1
UT WOS:000000000000001
ER
"""
REFWORKS = """RT Journal Article
SR 1
A1 Okafor,Ngozi
A1 Lindqvist,Per
T1 Rooms of one's own
JF Ward Practice
YR 2003
SP 337
OP 367
"""
ENW = """%0 Journal Article
%A Okafor, Ngozi
%T Counting steps
%B Ward Practice
%D 2011
%K steps
nurses
%X One paragraph.

Another paragraph.
%@ 1234-5679
%R 10.5555/steps.1
"""

COCHRANE = """Record #1 of 25
ID: CN-07700077
AU: Okafor N
AU: Lindqvist P
TI: Earplugs for nurses on
night duty
SO: Ward practice
YR: 2019
VL: 12
NO: 3
PG: 1‐10
PM: PUBMED 31000001
PT: Journal Article; Randomised
KY: *Noise; Sleep [drug effects]
DOI: 10.5555/plugs.1
AB: Background: we asked. Results: it was: loud.
US: https://example.org/plugs
"""

SAMPLES = {
    ris: RIS,
    cochrane: COCHRANE,
    medline: MEDLINE,
    ovid: OVID_WORDS,
    wos: WOS,
    refworks: REFWORKS,
    endnote_tagged: ENW,
}


def items(reader: Reader, text: str) -> list[Item]:
    return list(reader.read(io.StringIO(text, newline="")))


def entry(reader: Reader, text: str) -> Entry:
    (only,) = items(reader, text)
    assert isinstance(only, Entry)
    return only
