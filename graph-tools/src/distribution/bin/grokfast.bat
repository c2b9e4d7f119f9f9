@echo off
rem Runs Grokfast from its distribution; needs a Java runtime, version 17 or later.
setlocal
for %%i in ("%~dp0..") do set "HOME_DIR=%%~fi"
set "JAVA=java"
if defined JAVA_HOME set "JAVA=%JAVA_HOME%\bin\java"
if not defined TF_CPP_MIN_LOG_LEVEL set "TF_CPP_MIN_LOG_LEVEL=2"
"%JAVA%" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:-UsePerfData -Xshare:auto -Djava.awt.headless=true "-Dgrokfast.home=%HOME_DIR%" %GROKFAST_JAVA_OPTS% -cp "%HOME_DIR%\lib\*" org.grokfast.tools.Main %*
exit /b %ERRORLEVEL%
