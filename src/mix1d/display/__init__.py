"""What a person looks at: the summary in words (`text`) and the picture in the terminal (`drawing`)."""
