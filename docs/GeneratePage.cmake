# Called at build time by docs/CMakeLists.txt: runs mlir-tblgen and writes PAGE
# with a word on its origin above, and TITLE where the text brings none.

string(REGEX REPLACE "[,;]" ";-I" INCLUDES "-I${INCLUDES}")
execute_process(COMMAND "${TBLGEN}" ${ARGUMENTS} ${INCLUDES} "${SOURCE}"
  OUTPUT_VARIABLE text COMMAND_ERROR_IS_FATAL ANY)
string(REGEX REPLACE "^<!--[^\n]*-->\n+" "" text "${text}")
string(REPLACE "[TOC]\n\n" "" text "${text}")
if(NOT text MATCHES "^# ")
  string(PREPEND text "# ${TITLE}\n\n")
endif()
string(STRIP "${text}" text)
file(WRITE "${PAGE}"
  "<!-- Generated from the TableGen sources by the target lf-docs: do not edit. -->\n\n"
  "${text}\n")
