-- The history of all nights: the file nights.sqlite of a state. README.md says how it is used.
-- The number in user_version is that of this schema. A program of an earlier version refuses the file.

CREATE TABLE night (
  id INTEGER PRIMARY KEY,           -- 1 is the first one
  begun TEXT NOT NULL,              -- in UTC, as 2026-11-26T22:00:00
  ended TEXT,                       -- NULL: it runs, or was killed
  cut INTEGER NOT NULL DEFAULT 0,   -- 1: it was killed, and a later night has begun anew
  minutes REAL NOT NULL,            -- what it was given
  version TEXT NOT NULL,            -- of the project: a commit
  designs TEXT NOT NULL,            -- a JSON list of names
  machine TEXT NOT NULL,            -- processor and number of cores: benchmarks compare within one
  seed INTEGER NOT NULL             -- from which all others of the night come
);

CREATE TABLE stage (                -- a row when a stage is done
  night INTEGER NOT NULL REFERENCES night,
  name TEXT NOT NULL,
  seconds REAL NOT NULL,
  PRIMARY KEY (night, name)
);

CREATE TABLE skipped (              -- what a night left out
  night INTEGER NOT NULL REFERENCES night,
  what TEXT NOT NULL,
  why TEXT NOT NULL,
  PRIMARY KEY (night, what)
);

CREATE TABLE problem (              -- what did not work on the machine; no finding is to blame
  night INTEGER NOT NULL REFERENCES night,
  text TEXT NOT NULL,
  PRIMARY KEY (night, text)
);

CREATE TABLE campaign (             -- a fuzz target on a design, for its share of the night
  night INTEGER NOT NULL REFERENCES night,
  target TEXT NOT NULL,
  design TEXT NOT NULL,
  seconds REAL NOT NULL,
  executions INTEGER NOT NULL,
  edges INTEGER NOT NULL,
  features INTEGER NOT NULL,
  corpus INTEGER NOT NULL,          -- files of the working corpus at its end
  new_edges INTEGER NOT NULL,       -- more than in any earlier night; 0 in the first
  new_findings INTEGER NOT NULL,    -- signatures that no earlier night had
  PRIMARY KEY (night, target, design)
);

CREATE TABLE situation (            -- how often something happened in the runs of a campaign
  night INTEGER NOT NULL REFERENCES night,
  target TEXT NOT NULL,
  design TEXT NOT NULL,
  name TEXT NOT NULL,
  count INTEGER NOT NULL,
  PRIMARY KEY (night, target, design, name)
);

CREATE TABLE finding (              -- one row for each signature on a design, or on a Go toolchain
  id INTEGER PRIMARY KEY,
  source TEXT NOT NULL,             -- fuzz, sweep, enumerate, self-test, replay, go, trophies
  target TEXT NOT NULL,             -- the fuzz target, or the toolchain in its mode
  design TEXT,                      -- NULL: real Go
  defects TEXT NOT NULL,            -- a JSON list: what was switched on
  "check" TEXT NOT NULL,
  signature TEXT NOT NULL,
  message TEXT NOT NULL,
  command TEXT NOT NULL,            -- shows it again
  place TEXT,                       -- its folder, from the state's; NULL: it has none
  mistake TEXT,                     -- the defect built into the design that it shows, if known
  key TEXT NOT NULL UNIQUE          -- of design, defects, signature, and on real Go the toolchain
);

CREATE TABLE sighting (             -- whether a stage saw a finding; the last word of a stage counts
  night INTEGER NOT NULL REFERENCES night,
  finding INTEGER NOT NULL REFERENCES finding,
  stage TEXT NOT NULL,
  seen INTEGER NOT NULL,            -- 0: it was looked for, and is not there
  known TEXT,                       -- the entry of known.json that it is
  PRIMARY KEY (night, finding, stage)
);

CREATE TABLE verdict (              -- what a night told of a finding
  night INTEGER NOT NULL REFERENCES night,
  finding INTEGER NOT NULL REFERENCES finding,
  status TEXT NOT NULL,             -- new, known, still there, gone, back, not looked at
  note TEXT NOT NULL,
  PRIMARY KEY (night, finding)
);

CREATE TABLE trial (                -- time to find a defect, from an empty corpus
  night INTEGER NOT NULL REFERENCES night,
  defect TEXT NOT NULL,
  seed INTEGER NOT NULL,
  found INTEGER NOT NULL,
  seconds REAL NOT NULL,            -- of processor time; without a finding, the bound
  executions INTEGER NOT NULL,
  PRIMARY KEY (night, defect, seed)
);

CREATE TABLE benchmark (            -- one row for each repetition
  night INTEGER NOT NULL REFERENCES night,
  name TEXT NOT NULL,
  repetition INTEGER NOT NULL,
  nanoseconds REAL NOT NULL,        -- of processor time
  PRIMARY KEY (night, name, repetition)
);

CREATE TABLE coverage (             -- lines that the project's corpus and the night's have run
  night INTEGER NOT NULL REFERENCES night,
  room TEXT NOT NULL,               -- a folder of sources
  reached INTEGER NOT NULL,
  lines INTEGER NOT NULL,
  PRIMARY KEY (night, room)
);

CREATE TABLE unreached (            -- lines of the runtime that neither has run
  night INTEGER NOT NULL REFERENCES night,
  file TEXT NOT NULL,
  first INTEGER NOT NULL,
  last INTEGER NOT NULL,
  function TEXT NOT NULL,
  needs TEXT NOT NULL,              -- what would reach them; '': nobody has said it yet
  PRIMARY KEY (night, file, first)
);

CREATE TABLE proof (                -- how far a sweep or an enumeration has come, in all nights
  night INTEGER NOT NULL REFERENCES night,
  design TEXT NOT NULL,
  kind TEXT NOT NULL,               -- sweep, enumeration
  nests INTEGER NOT NULL,           -- that are done
  total INTEGER NOT NULL,           -- of a sweep all; of an enumeration those of one statement more
  points INTEGER NOT NULL,          -- copy and collection points of the nests that are done
  runs INTEGER NOT NULL,
  statements INTEGER,               -- all nests of at most so many are done; NULL: a sweep
  PRIMARY KEY (night, design, kind)
);

CREATE TABLE trophy (               -- a bug of real Go that is known, on an installed toolchain
  night INTEGER NOT NULL REFERENCES night,
  variant TEXT NOT NULL,            -- the toolchain in its mode
  nest TEXT NOT NULL,
  wrong INTEGER NOT NULL,
  PRIMARY KEY (night, variant, nest)
);
