require 'open-uri'
puts URI.open(ARGV[0]).read
