# Run at build time: writes weft_build_info.h when the commit has changed. Works without git.
# cmake -DSOURCE=… -DOUTPUT=… -DVERSION=… [-DNFTABLES=… -DYAML=… -DPROMETHEUS=…] -P BuildInfo.cmake
set(commit unknown)
find_program(GIT git)
if(GIT)
  execute_process(COMMAND ${GIT} -C ${SOURCE} describe --always --dirty --tags --abbrev=12
    OUTPUT_VARIABLE described RESULT_VARIABLE failed OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  if(NOT failed AND described)
    set(commit ${described})
  endif()
endif()
set(text "#pragma once
#define WEFT_VERSION \"${VERSION}\"
#define WEFT_COMMIT \"${commit}\"
#define WEFT_NFTABLES_VERSION \"${NFTABLES}\"
#define WEFT_YAML_VERSION \"${YAML}\"
#define WEFT_PROMETHEUS_VERSION \"${PROMETHEUS}\"
")
set(before "")
if(EXISTS ${OUTPUT})
  file(READ ${OUTPUT} before)
endif()
if(NOT before STREQUAL text)
  file(WRITE ${OUTPUT} "${text}")
endif()
