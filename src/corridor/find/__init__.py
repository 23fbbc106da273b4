"""Where does cooperation pay: trade evidence to ranked opportunities."""
