# For builds of mutants, which change one source after another: the libraries with the mutants are
# compiled source by source, so that only that source is compiled anew. All else is compiled once.
# Read at the begin of the project, when there are no targets yet.
cmake_language(DEFER CALL set_target_properties runtime_under_test compiler emission
  PROPERTIES UNITY_BUILD OFF)
